-- Each unit with its last status and last position that happened by `at` and were known by `known_at`,
-- and the device that told where it is: that it does is an act, and known as it is done.
select unit.id, unit.kind, unit.call_sign, unit.name_vi, unit.name_en, unit.home_lon, unit.home_lat,
       unit.shifts, status.state, status.incident_id, position.occurred_at, position.lon, position.lat,
       tracker.device, unit.unit_id
from incidents_responseunit unit
join lateral (
    select state, incident_id from incidents_unitstatus
    where response_unit_id = unit.id and occurred_at <= %(at)s and recorded_at <= %(known_at)s
    order by occurred_at desc, recorded_at desc, id desc limit 1
) status on true
left join lateral (
    select occurred_at, lon, lat from incidents_unitposition
    where response_unit_id = unit.id and occurred_at <= %(at)s and recorded_at <= %(known_at)s
    order by occurred_at desc limit 1
) position on true
left join incidents_unittracker tracker on tracker.response_unit_id = unit.id
 and tracker.bound_at <= least(%(at)s, %(known_at)s)
 and (tracker.released_at is null or tracker.released_at > least(%(at)s, %(known_at)s))
order by unit.kind, unit.call_sign
limit %(limit)s
