-- The same as of an instant, of what was recorded by `known_at`: what reports each while within two days,
-- what only tells of changes, such as flooded points, within a fortnight. Of days that left PostgreSQL the
-- caller brings the last values with him.
with measure as materialized (
    select profile.name as profile, told.name, told.unit, told.interval_s
    from telemetry.profile, jsonb_to_recordset(profile.measures) as told (name text, unit text, interval_s float8)
), seldom as materialized (
    select coalesce(array_agg(series.number), '{}') as numbers
    from telemetry.series join telemetry.device on device.id = series.device
    join measure on measure.profile = device.profile and measure.name = series.name
    where measure.interval_s is null
), known as (
    select * from unnest(%(series)s::integer[], %(ats)s::timestamptz[], %(numbers)s::float8[], %(flags)s::smallint[])
        as brought (series, at, value, flags)
    union all
    select series, at, value, flags from telemetry.latest(%(at)s, %(known_at)s, '2 days')
    union all
    select series, at, value, flags
    from telemetry.latest(%(at)s, %(known_at)s, '14 days', (select numbers from seldom))
), kept as (
    select distinct on (series) series, at, value, flags from known order by series, at desc
)
select kept.series, series.device, series.name, device.group_name, kept.value, coalesce(measure.unit, ''), kept.at,
       device.name_vi, device.name_en, device.lon, device.lat, device.ward_code, measure.interval_s, kept.flags
from kept
join telemetry.series on series.number = kept.series
join telemetry.device on device.id = series.device
left join measure on measure.profile = device.profile and measure.name = series.name
where kept.value is not null
order by kept.series
