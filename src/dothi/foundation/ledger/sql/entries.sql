-- The bodies of a range of leaves, in their order.
select e.body from ledger_leaf l join ledger_entry e on e.id = l.entry_id
where l.index >= %(first)s and l.index < %(end)s
order by l.index
