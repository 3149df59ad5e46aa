-- Entries without a leaf whose transactions began at or after (tx, id); two index ranges, no sort.
select e.id, e.body, e.tx::text
from ledger_entry e
where (e.tx, e.id) > (%(tx)s::xid8, %(id)s) and e.tx < %(below)s::xid8
  and not exists (select from ledger_leaf l where l.entry_id = e.id)
order by e.tx, e.id
limit %(limit)s
