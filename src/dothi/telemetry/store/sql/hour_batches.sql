-- The batches of an hour, by number.
select number, readings, digest, recorded_at, first_at, last_at from telemetry.batch
where recorded_at >= $1 and recorded_at < $1::timestamptz + interval '1 hour' and digest is not null order by number
