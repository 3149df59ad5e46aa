-- A hold, which nobody else changes until the transaction ends.
select first_day, last_day, lifted_at is null as stands from telemetry.hold where number = %(number)s for update
