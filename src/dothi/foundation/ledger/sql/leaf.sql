-- One entry with its place in the tree, when it has one.
select e.body, l.index from ledger_entry e left join ledger_leaf l on l.entry_id = e.id where e.id = %(id)s
