-- What devices measure. Instants of readings are the devices' own; a batch says when they were recorded.
select pg_advisory_xact_lock(hashtext('telemetry'));  -- one process makes them, others wait
create schema if not exists telemetry;

create table if not exists telemetry.profile (
    name text primary key,
    measures jsonb not null,  -- [{"name": .., "unit": .., "path": ..}]
    time_path text not null default ''
);

create table if not exists telemetry.device (
    id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
    profile text not null references telemetry.profile,
    token_hash bytea not null check (length(token_hash) = 32),  -- SHA-256 of at least 128 random bits
    created_at timestamptz not null,
    revoked_at timestamptz
);

create or replace function telemetry.tell_device() returns trigger language plpgsql as $$
begin
    perform pg_notify('telemetry_device', coalesce(new.id, old.id));
    return null;
end $$;
create or replace trigger device_changed after insert or update or delete on telemetry.device
    for each row execute function telemetry.tell_device();

create or replace function telemetry.tell_profile() returns trigger language plpgsql as $$
begin
    perform pg_notify('telemetry_device', '');
    return null;
end $$;
create or replace trigger profile_changed after insert or update or delete on telemetry.profile
    for each statement execute function telemetry.tell_profile();

create table if not exists telemetry.series (
    number integer generated always as identity primary key,
    device text not null,
    name text not null,
    unique (device, name)
);

-- One row for each transaction that brought readings: when they were recorded, and how many.
create table if not exists telemetry.batch (
    number integer generated always as identity primary key,
    recorded_at timestamptz not null,
    readings integer not null
);

-- 52 bytes a reading. BRIN while the day is hot; a reading is there once for its series and instant.
create table if not exists telemetry.reading (
    at timestamptz not null,
    value double precision,
    series integer not null,
    batch integer not null,
    words text,
    check (num_nonnulls(value, words) = 1)
) partition by range (at);
create index if not exists reading_at on telemetry.reading using brin (at) with (pages_per_range = 32);

create table if not exists telemetry.last_value (
    series integer primary key,
    at timestamptz,  -- null until the first reading; the row is there from the start, to be locked
    value double precision,
    words text,
    batch integer
) with (fillfactor = 50);  -- each batch updates rows in place

create table if not exists telemetry.finding (
    number bigint generated always as identity primary key,
    at timestamptz not null,
    device text not null,
    kind text not null,
    topic text not null,
    detail text not null,
    payload bytea not null
);
create index if not exists finding_device on telemetry.finding (device, at);

-- Make the partition of one day (UTC), unless it is there.
create or replace function telemetry.keep_day(day date) returns void language plpgsql as $$
declare
    part text := 'reading_' || to_char(day, 'YYYY_MM_DD');
begin
    if to_regclass('telemetry.' || part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('telemetry.reading'));
    execute format('create table if not exists telemetry.%I partition of telemetry.reading
                    for values from (%L) to (%L)', part, day::timestamp at time zone 'UTC',
                   (day + 1)::timestamp at time zone 'UTC');
end $$;
