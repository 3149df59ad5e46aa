-- What each role may do in a new database. Tables that are only ever added to take more away
-- in the migration that creates them. Applied again at each start.
revoke all on schema public from public;
grant usage, create on schema public to dothi_owner;
grant usage on schema public
    to dothi_migrate, dothi_app, dothi_publish, dothi_seal, dothi_erase, dothi_read, dothi_context;
create extension if not exists btree_gist;
alter default privileges for role dothi_owner in schema public
    grant select, insert, update, delete on tables to dothi_app;
alter default privileges for role dothi_owner in schema public
    grant usage, select on sequences to dothi_app;
-- Without a schema: what everybody has by default is taken away for all schemas or not at all.
alter default privileges for role dothi_owner revoke execute on functions from public;
alter default privileges for role dothi_owner in schema public
    grant execute on functions to dothi_app, dothi_seal;
-- A temporary table can take the name of a real one and carry its triggers; nobody here needs any.
do $$
begin
    execute format('revoke temporary on database %I from public', current_database());
end
$$;
