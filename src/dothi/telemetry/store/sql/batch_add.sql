-- A batch, and that each consumer has to hear of it.
with added as (
    insert into telemetry.batch (recorded_at, readings, first_at, last_at, digest) values ($1, $2, $3, $4, $5)
    returning number
), told as (
    insert into telemetry.pending (consumer, batch) select consumer.name, added.number
    from telemetry.consumer, added
)
select number, pg_notify('telemetry_batch', '') from added
