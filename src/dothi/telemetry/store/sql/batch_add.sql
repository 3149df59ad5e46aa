-- A batch, and that each consumer has to hear of it. Says which readings are late: those in [late_from, late_until).
-- Locks are held by now, so this transaction has its number: keyframes.sql relies on it.
with added as (
    insert into telemetry.batch (recorded_at, readings, first_at, last_at, digest) values ($1, $2, $3, $4, $5)
    returning number
), told as (
    insert into telemetry.pending (consumer, batch) select consumer.name, added.number
    from telemetry.consumer, added
)
select number, pg_notify('telemetry_batch', ''),
       (select min(from_at) - telemetry.reach() from telemetry.keyframe) as late_from,
       (select until from telemetry.keyframe order by from_at desc limit 1) as late_until
from added
