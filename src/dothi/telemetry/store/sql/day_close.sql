insert into telemetry.day (day, closed_at) values ($1, $2) on conflict do nothing
