-- Holds over readings; those that stand first, then the latest.
select number, first_day, last_day, reason, made_by, made_at, lifted_by, lifted_at from telemetry.hold
order by lifted_at is not null, number desc limit 200
