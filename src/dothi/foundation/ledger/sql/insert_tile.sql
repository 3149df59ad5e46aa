-- A full tile, with its root, which is its hash in the tile above.
insert into ledger_tile (level, n, data, root) values (%(level)s, %(n)s, %(data)s, %(root)s)
