-- Where watched points were under water at an instant, of what was recorded by `known_at`; by device.
select device.lon, device.lat
from telemetry.latest(%(at)s, %(known_at)s, %(back)s::interval,
                      (select coalesce(array_agg(number), '{}') from telemetry.series where name = 'flooded')) told
join telemetry.device on device.id = told.device
where told.value > 0 and device.lon is not null and device.lat is not null
order by device.id
