-- What fell at each gauge in the window that ends at an instant, of what was recorded by `known_at`.
select reading.series, sum(reading.value)
from telemetry.reading join telemetry.batch on batch.number = reading.batch
where reading.series = any(%(series)s) and reading.at > %(since)s and reading.at <= %(at)s
  and reading.flags & telemetry.rejected() = 0
  and (%(known_at)s::timestamptz is null or batch.recorded_at <= %(known_at)s)
group by reading.series
