-- The name of what is told of devices, profiles and series at present.
select name from telemetry.edition
