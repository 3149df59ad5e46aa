select at, value, series, batch, flags from telemetry.reading
where at >= $1 and at < $2 and words is null and ($3::integer[] is null or series = any($3))
