-- The last good number of what devices measure in a ward, and of the pollutants in µg/m³ that stations
-- anywhere in the city measure: a ward seldom has one. By measure, then device; with how often each should tell.
select series.number, series.device, series.name, kept.value, kept.at, device.name_vi, device.name_en,
       device.lon, device.lat, device.group_name, measure.interval_s
from telemetry.last_value kept
join telemetry.series on series.number = kept.series
join telemetry.device on device.id = series.device and device.revoked_at is null
join telemetry.profile on profile.name = device.profile
left join lateral (
    select (told ->> 'interval_s')::float8 as interval_s, told ->> 'unit' as unit
    from jsonb_array_elements(profile.measures) as told where told ->> 'name' = series.name limit 1
) measure on true
where kept.value is not null and kept.at <= %(at)s
  and ((series.name = any(%(air)s) and coalesce(measure.unit, 'ug/m3') = 'ug/m3')
       or (device.ward_code = %(ward)s and series.name in ('rain', 'flooded', 'depth')))
order by series.name, series.device
limit %(limit)s
