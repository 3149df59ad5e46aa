-- Keep where units were, as the devices bound to them told in some batches: longitude and latitude of one
-- instant, both good. What a device tells of a time at which it was not bound to the unit, of the future or
-- of no place on earth moves nothing; what was kept before stays as it is. Returns the units that moved.
with told as (
    select device, at, recorded_at,
           max(value) filter (where name = 'lon') as lon, max(value) filter (where name = 'lat') as lat
    from telemetry.readings_of(%(batches)s)
    where name in ('lon', 'lat') and value is not null and flags & telemetry.rejected() = 0
    group by device, at, recorded_at
)
insert into incidents_unitposition (response_unit_id, occurred_at, recorded_at, lon, lat)
select tracker.response_unit_id, told.at, told.recorded_at, told.lon, told.lat
from told join incidents_unittracker tracker on tracker.device = told.device
 and tracker.bound_at <= told.at and (tracker.released_at is null or told.at < tracker.released_at)
where told.lon between -180 and 180 and told.lat between -90 and 90 and told.at <= %(latest)s
on conflict do nothing
returning response_unit_id
