insert into telemetry.batch (recorded_at, readings) values ($1, $2) returning number
