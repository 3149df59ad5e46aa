-- When one person last read each of some objects; `place` 0 is the actor.
select e.object, max(e.recorded_at) from ledger_entry e join ledger_link k on k.entry_id = e.id
where e.object = any(%(objects)s) and e.kind = 'read' and k.place = 0 and k.ref = %(ref)s
group by e.object
