-- All batches in the order in which they were recorded.
select number, recorded_at, readings, first_at, last_at, digest from telemetry.batch
where first_at is not null order by recorded_at, number
