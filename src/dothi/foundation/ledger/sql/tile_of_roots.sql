-- A tile of a higher level that is not full yet, from the roots of the full tiles below it.
select string_agg(root, '' order by n) from ledger_tile
where level = %(below)s and n >= %(first)s and n < %(end)s
