-- The latest readings of a device, at most an hour older than the last one, newest first.
select series.name, reading.at, reading.value, reading.words, reading.flags, batch.recorded_at
from telemetry.series
join telemetry.reading on reading.series = series.number
join telemetry.batch on batch.number = reading.batch
where series.device = %(device)s and reading.at > %(seen_at)s - interval '1 hour' and reading.at <= %(seen_at)s
order by reading.at desc, series.name limit %(limit)s
