-- The readings of batches that some rule looks at, by instant; instants in microseconds since 1970.
with told as materialized (
    select number, first_at, last_at from telemetry.batch where number = any(%(batches)s)
)
select reading.series, (extract(epoch from reading.at) * 1000000)::bigint, reading.value, reading.flags
from telemetry.reading
join unnest(%(series)s::integer[]) as looked (series) on looked.series = reading.series
where reading.batch = any(%(batches)s)
  and reading.at >= (select min(first_at) from told) and reading.at <= (select max(last_at) from told)
order by reading.at, reading.series
