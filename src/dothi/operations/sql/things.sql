-- What every series is: its device, its measure, and where it stands; by number.
with measure as materialized (
    select profile.name as profile, told.name, told.unit, told.interval_s
    from telemetry.profile, jsonb_to_recordset(profile.measures) as told (name text, unit text, interval_s float8)
)
select series.number, series.device, series.name, device.group_name, coalesce(measure.unit, ''),
       device.name_vi, device.name_en, device.lon, device.lat, device.ward_code, measure.interval_s
from telemetry.series
join telemetry.device on device.id = series.device
left join measure on measure.profile = device.profile and measure.name = series.name
order by series.number
