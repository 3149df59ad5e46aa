-- A batch under the number that its readings have, and that each consumer which keeps up has to hear of it. In a
-- transaction that has its turn (telemetry.turn). Says which readings are late: those in [late_from, late_until).
-- Locks are held by now, so this transaction has its number: keyframes.sql relies on it.
with added as (
    insert into telemetry.batch (number, recorded_at, readings, first_at, last_at, digest)
    overriding system value values ($1, $2, $3, $4, $5, $6)
), told as (
    insert into telemetry.pending (consumer, batch)
    select name, $1 from telemetry.consumer where fell_behind_at is null
)
select pg_notify('telemetry_batch', ''),
       (select min(from_at) - telemetry.reach() from telemetry.keyframe) as late_from,
       (select until from telemetry.keyframe order by from_at desc limit 1) as late_until
