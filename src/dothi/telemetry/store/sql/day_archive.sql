-- A day's file is written, with $5 readings that PostgreSQL had and $4 in all.
update telemetry.day set file = $2, sha256 = $3, readings = $4, hot_readings = $5, archived_at = $6, dropped_at = null
where day = $1
