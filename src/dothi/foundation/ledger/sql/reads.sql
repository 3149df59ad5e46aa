-- Reads of one person's data, newest first; `before` is the id of the last row of the page before.
select e.id, e.body from ledger_link k join ledger_entry e on e.id = k.entry_id
where k.ref = %(ref)s and k.place >= 2 and e.kind = 'read' and k.entry_id < %(before)s
order by k.ref desc, k.entry_id desc
limit %(limit)s
