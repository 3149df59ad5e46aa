-- The number of a new batch.
select nextval(pg_get_serial_sequence('telemetry.batch', 'number'))::integer
