-- Devices at work that have told one of some measures, the nearest to a point first; meters on a sphere.
select device.id, device.name_vi, device.name_en, array_agg(series.name order by series.name) as told,
       2 * 6371008.8 * asin(least(1, sqrt(
           power(sin(radians(device.lat - %(lat)s) / 2), 2)
           + cos(radians(%(lat)s)) * cos(radians(device.lat))
             * power(sin(radians(device.lon - %(lon)s) / 2), 2)))) as away
from telemetry.series join telemetry.device on device.id = series.device and device.revoked_at is null
where series.name = any(%(measures)s)
group by device.id order by away nulls last, device.id limit %(limit)s
