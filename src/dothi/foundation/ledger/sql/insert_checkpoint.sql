-- A signed checkpoint, and up to where every entry has its leaf.
insert into ledger_checkpoint (size, root, note, signed_at, snapshot, cluster)
values (%(size)s, %(root)s, %(note)s, %(signed_at)s, %(snapshot)s::pg_snapshot, %(cluster)s)
