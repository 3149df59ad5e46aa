insert into telemetry.digest (hour, batches, readings, root, made_at) values ($1, $2, $3, $4, $5)
on conflict do nothing
