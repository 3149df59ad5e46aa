-- What devices measure. Instants of readings are the devices' own; a batch says when they were recorded.
do $$
begin  -- where the schema is there, its owner need not be allowed to make any
    if to_regnamespace('telemetry') is null then
        create schema telemetry;
    end if;
end $$;

create table if not exists telemetry.profile (
    name text primary key,
    measures jsonb not null,  -- [{"name": .., "unit": .., "path": ..}], all keys: types.Measure
    time_path text not null default ''
);
alter table telemetry.profile
    add column if not exists form text not null default '',  -- of payloads; '' is SenML or plain JSON
    add column if not exists late_s bigint not null default 2678400 check (late_s > 0),  -- 31 days
    add column if not exists name_vi text not null default '',
    add column if not exists name_en text not null default '';

create table if not exists telemetry.device (
    id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
    profile text not null references telemetry.profile,
    token_hash bytea check (length(token_hash) = 32),  -- SHA-256 of at least 128 random bits; none until claimed
    created_at timestamptz not null,
    revoked_at timestamptz
);
alter table telemetry.device alter column token_hash drop not null;
alter table telemetry.device
    add column if not exists old_token_hash bytea check (length(old_token_hash) = 32),
    add column if not exists old_token_until timestamptz,  -- a rotated token is taken until then
    add column if not exists certificate_hash bytea check (length(certificate_hash) = 32),  -- SHA-256 of the DER
    add column if not exists claim_hash bytea check (length(claim_hash) = 32),  -- SHA-256 of the claim code
    add column if not exists claim_until timestamptz,
    add column if not exists name_vi text not null default '',
    add column if not exists name_en text not null default '',
    add column if not exists owner text not null default '',  -- code of the unit
    add column if not exists contract text not null default '',
    add column if not exists lon double precision check (lon between -180 and 180),
    add column if not exists lat double precision check (lat between -90 and 90),
    add column if not exists ward_code text not null default '',
    add column if not exists group_name text not null default '';
-- What a device is looked for by: its id and names without marks, as dothi.kernel.text.fold has them.
alter table telemetry.device add column if not exists folded text not null generated always as (
    lower(translate(
        regexp_replace(normalize(id || ' ' || name_vi || ' ' || name_en, NFD), '[\u0300-\u036f]', '', 'g'),
        'đĐ', 'dd'
    ))
) stored;
create unique index if not exists device_claim on telemetry.device (claim_hash) where claim_hash is not null;
create index if not exists device_token on telemetry.device (token_hash) where token_hash is not null;

-- Which attribute of which entity a series is; what the context shows of it.
create table if not exists telemetry.twin (
    device text not null references telemetry.device,
    measure text not null,
    entity_id text not null,
    entity_type text not null,
    attribute text not null,
    primary key (device, measure)
);
create index if not exists twin_entity on telemetry.twin (entity_id);

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
alter table telemetry.batch
    add column if not exists first_at timestamptz,  -- instants of its earliest and latest reading
    add column if not exists last_at timestamptz,
    add column if not exists digest bytea check (length(digest) = 32);  -- of its rows, dothi.telemetry.digests
create index if not exists batch_recorded on telemetry.batch (recorded_at);

-- Wait for the turn to commit a batch; returns when the last one was recorded. Whoever has it until the end of
-- its transaction records later than that, so instants of recording rise strictly in the order of commits: what
-- was known at an instant stays what it was, and a cursor on recorded_at passes over nothing.
create or replace function telemetry.turn() returns timestamptz language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('telemetry.batch'));
    return (select max(recorded_at) from telemetry.batch);
end $$;

-- 60 bytes a reading. BRIN while the day is hot; a reading is there once for its series and instant.
create table if not exists telemetry.reading (
    at timestamptz not null,
    value double precision,
    series integer not null,
    batch integer not null,
    words text,
    check (num_nonnulls(value, words) = 1)
) partition by range (at);
alter table telemetry.reading add column if not exists flags smallint not null default 0;  -- types.Flag
drop index if exists telemetry.reading_at;
create index if not exists reading_place on telemetry.reading using brin (at, batch)
    with (pages_per_range = 32, autosummarize = on);

-- The last good value of a series. Its instant is null until there is one; the row is there from the start,
-- to be locked.
create table if not exists telemetry.last_value (
    series integer primary key,
    at timestamptz,
    value double precision,
    words text,
    batch integer
) with (fillfactor = 50);  -- each batch updates rows in place
alter table telemetry.last_value
    add column if not exists flags smallint not null default 0,
    add column if not exists seen_at timestamptz,  -- of the latest reading, good or not
    add column if not exists same_since timestamptz;  -- when it first had this value
update telemetry.last_value set seen_at = at, same_since = at where seen_at is null and at is not null;

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

-- Make the partitions of days (UTC) that are not there. Each is made by itself and then attached: to be made as a
-- part of the whole would take the whole from everybody, and wait for all who read.
create or replace function telemetry.keep_days(days date[]) returns void language plpgsql as $$
declare
    day date;
    part text;
begin
    perform pg_advisory_xact_lock(hashtext('telemetry.reading'));
    foreach day in array days loop
        part := 'reading_' || to_char(day, 'YYYY_MM_DD');
        continue when to_regclass('telemetry.' || part) is not null;
        execute format('create table telemetry.%I (like telemetry.reading including defaults including constraints)',
                       part);
        execute format('alter table telemetry.reading attach partition telemetry.%I for values from (%L) to (%L)',
                       part, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end loop;
end $$;
create or replace function telemetry.keep_day(day date) returns void language sql as $$
    select telemetry.keep_days(array[day])
$$;

-- Who is to hear of each batch, and which batches each has still to hear of. A writer adds the rows in the
-- transaction of its batch, so that neither a kill nor the order of commits loses one.
create table if not exists telemetry.consumer (
    name text primary key check (name ~ '^[a-z][a-z0-9_-]{0,62}$')
);
alter table telemetry.consumer
    add column if not exists most integer not null default 10000 check (most > 0),  -- batches that wait at most
    add column if not exists fell_behind_at timestamptz,  -- when more waited; it gets no new ones meanwhile
    add column if not exists told_until timestamptz;  -- it goes on after the batch that was recorded then
create table if not exists telemetry.pending (
    consumer text not null references telemetry.consumer on delete cascade,
    batch integer not null,
    primary key (consumer, batch)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
