-- The last instants of series, which nobody else changes until this transaction ends.
select series, at from telemetry.last_value where series = any($1::integer[]) order by series for update
