-- The last good number of each series that has one, with what its device is and where it stands.
with measure as materialized (
    select profile.name as profile, told.name, told.unit, told.interval_s
    from telemetry.profile, jsonb_to_recordset(profile.measures) as told (name text, unit text, interval_s float8)
)
select kept.series, series.device, series.name, device.group_name, kept.value, coalesce(measure.unit, ''), kept.at,
       device.name_vi, device.name_en, device.lon, device.lat, device.ward_code, measure.interval_s, kept.flags
from telemetry.last_value as kept
join telemetry.series on series.number = kept.series
join telemetry.device on device.id = series.device
left join measure on measure.profile = device.profile and measure.name = series.name
where kept.value is not null and kept.at <= %(at)s
order by kept.series
