-- The newest checkpoint.
select size, root, note, snapshot::text, cluster from ledger_checkpoint order by size desc limit 1
