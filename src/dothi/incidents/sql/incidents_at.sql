-- Incidents that had happened by `at` and were known by `known_at`, each as its last line that counts
-- says: a line counts if it happened by `at` and was recorded by `known_at`. What was opened and is
-- not closed by then, or was closed within `since`; the gravest first, then the longest open, then id.
with counted as (
    select entry.incident_id, entry.number, entry.occurred_at, entry.state, entry.severity, entry.kind
    from incidents_entry entry
    where entry.occurred_at <= %(at)s and entry.recorded_at <= %(known_at)s
), stood as (
    select incident_id,
           (array_agg(state order by occurred_at desc, number desc) filter (where state <> ''))[1] as state,
           (array_agg(severity order by occurred_at desc, number desc) filter (where severity <> ''))[1]
               as severity,
           max(occurred_at) as changed_at,
           max(number) as revision,
           max(occurred_at) filter (where state = 'closed') as closed_at,
           bool_or(kind = 'merged' and state = 'closed') as merged
    from counted group by incident_id
    having bool_or(kind = 'opened')
)
select incident.id, incident.code, incident.type, stood.severity, stood.state, incident.title,
       incident.lon, incident.lat, incident.ward_code, incident.origin, incident.unit_id,
       incident.opened_at, stood.changed_at, case when stood.merged then incident.merged_into_id end,
       stood.revision
from stood join incidents_incident incident on incident.id = stood.incident_id
where (stood.state <> 'closed' or stood.closed_at > %(since)s)
  and (%(id)s::uuid is null or incident.id = %(id)s)
order by case stood.severity when 'Extreme' then 0 when 'Severe' then 1 when 'Moderate' then 2 else 3 end,
         incident.opened_at, incident.id
limit %(limit)s
