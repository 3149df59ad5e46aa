-- What one series is: its device, measure and place.
select series.number, series.device, series.name, device.group_name, 0::float8, coalesce(told.unit, ''), 'epoch'::timestamptz,
       device.name_vi, device.name_en, device.lon, device.lat, device.ward_code, told.interval_s, 0::smallint
from telemetry.series
join telemetry.device on device.id = series.device
join telemetry.profile on profile.name = device.profile
left join lateral jsonb_to_recordset(profile.measures) as told (name text, unit text, interval_s float8)
    on told.name = series.name
where series.number = %(number)s
