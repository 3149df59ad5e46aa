-- The snapshot of this transaction, and which cluster it is of: numbers of another mean nothing here.
select pg_current_snapshot()::text, (select system_identifier from pg_control_system())
