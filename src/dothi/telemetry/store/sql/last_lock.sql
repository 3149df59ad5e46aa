-- What is known of series, which nobody else changes until this transaction ends; by series. Instants in
-- microseconds since 1970; $2 where there is none.
select series,
       coalesce((extract(epoch from at) * 1000000)::bigint, $2) as at_us,
       coalesce(value, 'NaN') as value,
       coalesce((extract(epoch from same_since) * 1000000)::bigint, $2) as since_us,
       coalesce((extract(epoch from seen_at) * 1000000)::bigint, $2) as seen_us
from telemetry.last_value where series = any($1::integer[]) order by series for update
