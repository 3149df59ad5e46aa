-- What is told of devices, profiles and series: a name for each edition of it, so that who reads all of it may
-- keep it until there is another. A name is never used twice, also when a transaction is rolled back.
create table if not exists telemetry.edition (
    one boolean primary key default true check (one),
    name uuid not null default gen_random_uuid()
);
insert into telemetry.edition default values on conflict do nothing;

create or replace function telemetry.edit() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
    update telemetry.edition set name = gen_random_uuid();
    return null;
end $$;
revoke execute on function telemetry.edit() from public;
create or replace trigger series_edited after insert or update or delete or truncate on telemetry.series
    for each statement execute function telemetry.edit();
create or replace trigger device_edited after insert or update or delete or truncate on telemetry.device
    for each statement execute function telemetry.edit();
create or replace trigger profile_edited after insert or update or delete or truncate on telemetry.profile
    for each statement execute function telemetry.edit();
