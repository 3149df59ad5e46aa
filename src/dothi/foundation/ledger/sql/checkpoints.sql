-- Every checkpoint, in order of size.
select size, note from ledger_checkpoint order by size
