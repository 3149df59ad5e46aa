-- What is told of devices, profiles and series: a name for each edition of it, so that who reads all of it may
-- keep it until there is another. A name is never used twice, also when a transaction is rolled back. Each table
-- has its row: who edits devices for long, such as an import, keeps nobody waiting who adds a series.
do $$
begin
    if exists (select from pg_attribute where attrelid = to_regclass('telemetry.edition')
               and attname = 'one' and not attisdropped) then
        drop table telemetry.edition;  -- the one row for all tables of before; its name is that of nothing now
    end if;
end $$;
create table if not exists telemetry.edition (
    of text primary key check (of in ('series', 'device', 'profile')),
    name uuid not null default gen_random_uuid()
);
insert into telemetry.edition (of) values ('series'), ('device'), ('profile') on conflict do nothing;

create or replace function telemetry.edit() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
    update telemetry.edition set name = gen_random_uuid() where of = tg_table_name;
    return null;
end $$;
revoke execute on function telemetry.edit() from public;
create or replace trigger series_edited after insert or update or delete or truncate on telemetry.series
    for each statement execute function telemetry.edit();
create or replace trigger device_edited after insert or update or delete or truncate on telemetry.device
    for each statement execute function telemetry.edit();
create or replace trigger profile_edited after insert or update or delete or truncate on telemetry.profile
    for each statement execute function telemetry.edit();
