-- What is known of series, whose rows are locked, after batch $9; a value only where there is a new one.
-- Instants in microseconds since 1970.
update telemetry.last_value as kept set
    seen_at = case when told.seen_us > $10 then timestamptz 'epoch' + told.seen_us * interval '1 microsecond' end,
    at = case when told.new then timestamptz 'epoch' + told.at_us * interval '1 microsecond' else kept.at end,
    value = case when told.new then nullif(told.value, 'NaN') else kept.value end,
    words = case when told.new then told.words else kept.words end,
    flags = case when told.new then told.flags else kept.flags end,
    same_since = case when told.new then timestamptz 'epoch' + told.since_us * interval '1 microsecond'
                 else kept.same_since end,
    batch = case when told.new then $9 else kept.batch end
from unnest($1::integer[], $2::boolean[], $3::bigint[], $4::double precision[], $5::text[], $6::smallint[],
            $7::bigint[], $8::bigint[])
    as told (series, new, at_us, value, words, flags, since_us, seen_us)
where kept.series = told.series
