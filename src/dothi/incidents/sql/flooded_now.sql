-- Where watched points are under water by their last word, not older than `back`; by device.
select device.lon, device.lat
from telemetry.last_value kept
join telemetry.series on series.number = kept.series and series.name = 'flooded'
join telemetry.device on device.id = series.device and device.revoked_at is null
where kept.value > 0 and kept.at <= %(at)s and kept.at > %(at)s::timestamptz - %(back)s::interval
  and device.lon is not null and device.lat is not null
order by device.id
