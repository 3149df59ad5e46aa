-- The name of what is told of devices, profiles and series at present: those of the three together.
select string_agg(name::text, ' ' order by of) from telemetry.edition
