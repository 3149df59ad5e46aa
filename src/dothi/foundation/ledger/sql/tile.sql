-- A full tile.
select data from ledger_tile where level = %(level)s and n = %(n)s
