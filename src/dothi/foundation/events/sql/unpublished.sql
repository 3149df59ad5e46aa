-- Events that the snapshot `target` sees and the snapshot `done` did not, in the order of emission:
-- those whose transactions were open then, and those that began later.
select seq, id, type, subject, occurred_at, data
from (
    select * from events_outbox where tx = any(%(open)s::xid8[])
    union all
    select * from events_outbox where tx >= %(xmax)s::xid8
) as new
where pg_visible_in_snapshot(tx, %(target)s::pg_snapshot) and seq > %(through)s
order by seq
limit %(limit)s
