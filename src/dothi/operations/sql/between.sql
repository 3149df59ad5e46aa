-- The good numbers of some series in a window, of what was recorded by `known_at`; in order of time.
select reading.series, reading.at, reading.value
from telemetry.reading join telemetry.batch on batch.number = reading.batch
where reading.series = any(%(series)s) and reading.at > %(since)s and reading.at <= %(at)s
  and reading.value is not null and reading.flags & telemetry.rejected() = 0
  and (%(known_at)s::timestamptz is null or batch.recorded_at <= %(known_at)s)
order by reading.at, reading.series
