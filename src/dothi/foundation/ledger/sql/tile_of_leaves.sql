-- A tile of level 0 that is not full yet, as one row.
select string_agg(hash, '' order by index) from ledger_leaf where index >= %(first)s and index < %(end)s
