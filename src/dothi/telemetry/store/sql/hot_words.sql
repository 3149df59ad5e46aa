select (extract(epoch from at) * 1000000)::bigint, series, value, words, flags, batch from telemetry.reading
where at >= $1 and at < $2 and words is not null and ($3::integer[] is null or series = any($3))
