-- The lines of an incident and of all that were merged into it, that happened by `at` and were known
-- by `known_at`, in the order in which they happened.
with recursive whole as (
    select id from incidents_incident where id = %(id)s
    union
    select part.id from incidents_incident part join whole on part.merged_into_id = whole.id
)
select entry.id, entry.number, entry.kind, entry.occurred_at, entry.recorded_at, entry.state, entry.severity,
       entry.post_id, entry.response_unit_id, entry.alert_id, entry.warning_id, entry.note, entry.facts
from incidents_entry entry join whole on whole.id = entry.incident_id
where entry.occurred_at <= %(at)s and entry.recorded_at <= %(known_at)s
order by entry.occurred_at, entry.recorded_at, entry.number, entry.id
limit %(limit)s
