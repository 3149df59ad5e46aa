-- The last good numbers of series; instants in microseconds since 1970.
select series, (extract(epoch from at) * 1000000)::bigint as at_us, value
from telemetry.last_value where series = any($1::integer[]) and value is not null
