-- The last good number of what devices measure in a ward, and of the dust that stations anywhere in the
-- city measure: a ward seldom has one. By measure, then device.
select series.number, series.device, series.name, kept.value, kept.at, device.name_vi, device.name_en,
       device.lon, device.lat, device.ward_code, device.group_name
from telemetry.last_value kept
join telemetry.series on series.number = kept.series
join telemetry.device on device.id = series.device and device.revoked_at is null
where kept.value is not null and kept.at <= %(at)s
  and (series.name = 'pm25' or (device.ward_code = %(ward)s and series.name in ('rain', 'flooded', 'depth')))
order by series.name, series.device
limit %(limit)s
