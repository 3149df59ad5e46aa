-- Entries without a leaf whose transactions were open in the last snapshot.
select e.id, e.body, e.tx::text
from ledger_entry e
where e.tx = any(%(open)s::xid8[])
  and not exists (select from ledger_leaf l where l.entry_id = e.id)
order by e.tx, e.id
limit %(limit)s
