-- Roles of one node. Passwords are set apart, from files that only the supervisor reads.
-- dothi_owner owns what Django keeps and cannot log in; dothi_migrate may become it; the others never may.
-- dothi_live hears that something has come, and may read nothing.
-- dothi_context and dothi_telemetry own a schema each, and are the only ones that change its tables' shape.
do $$
declare
    login text;
begin
    if not exists (select from pg_roles where rolname = 'dothi_owner') then
        create role dothi_owner nologin noinherit;
    end if;
    foreach login in array array[
        'dothi_migrate', 'dothi_app', 'dothi_publish', 'dothi_seal', 'dothi_erase', 'dothi_read',
        'dothi_context', 'dothi_telemetry', 'dothi_live'
    ] loop
        if not exists (select from pg_roles where rolname = login) then
            execute format('create role %I login noinherit', login);
        end if;
    end loop;
end
$$;
grant dothi_owner to dothi_migrate with inherit false, set true;
