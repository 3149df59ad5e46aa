-- How others read telemetry, by whatever driver: select * from telemetry.latest(..).
-- Readings of flags & telemetry.rejected() are no values: out of range, or of a wrong clock.
create or replace function telemetry.rejected() returns smallint immutable parallel safe
language sql return 17::smallint;

-- The oldest batches of which a consumer has still to hear, its own until the transaction ends.
create or replace function telemetry.take(consumer text, most integer) returns setof integer
language sql as $$
    select pending.batch from telemetry.pending where pending.consumer = take.consumer
    order by pending.batch limit take.most for update skip locked
$$;

-- Say that a consumer has heard of batches; in the transaction that took them.
create or replace function telemetry.done(consumer text, batches integer[]) returns void
language sql as $$
    delete from telemetry.pending where pending.consumer = done.consumer and pending.batch = any(done.batches)
$$;

-- All readings of batches, by instant and series.
create or replace function telemetry.readings_of(batches integer[]) returns table (
    series integer, device text, name text, at timestamptz, value double precision, words text,
    flags smallint, batch integer, recorded_at timestamptz
) stable language sql as $$
    with told as materialized (
        select number, recorded_at, first_at, last_at from telemetry.batch where number = any(batches)
    )
    select reading.series, series.device, series.name, reading.at, reading.value, reading.words,
           reading.flags, reading.batch, told.recorded_at
    from telemetry.reading
    join told on told.number = reading.batch
    join telemetry.series on series.number = reading.series
    where reading.batch = any(batches)
      and reading.at >= (select min(first_at) from told) and reading.at <= (select max(last_at) from told)
    order by reading.at, reading.series
$$;

-- Readings of some series, instants in [from_at, to_at), by series and instant; with `known_at` only those
-- that were recorded by then.
create or replace function telemetry.readings_between(
    wanted integer[], from_at timestamptz, to_at timestamptz, known_at timestamptz default null
) returns table (
    series integer, at timestamptz, value double precision, words text, flags smallint, batch integer,
    recorded_at timestamptz
) stable language sql as $$
    select reading.series, reading.at, reading.value, reading.words, reading.flags, reading.batch,
           batch.recorded_at
    from telemetry.reading join telemetry.batch on batch.number = reading.batch
    where reading.series = any(wanted) and reading.at >= from_at and reading.at < to_at
      and (known_at is null or batch.recorded_at <= known_at)
    order by reading.series, reading.at
$$;

-- The last good reading of each series (of `wanted`, where it is not null) in (as_of - back, as_of]; with
-- `known_at` of what was recorded by then. By series.
create or replace function telemetry.latest(
    as_of timestamptz, known_at timestamptz default null, back interval default '1 day',
    wanted integer[] default null
) returns table (
    series integer, device text, name text, at timestamptz, value double precision, words text,
    flags smallint, batch integer, recorded_at timestamptz
) stable language sql as $$
    select distinct on (reading.series) reading.series, series.device, series.name, reading.at, reading.value,
           reading.words, reading.flags, reading.batch, batch.recorded_at
    from telemetry.reading
    join telemetry.batch on batch.number = reading.batch
    join telemetry.series on series.number = reading.series
    where reading.at > as_of - back and reading.at <= as_of
      and reading.flags & telemetry.rejected() = 0
      and (known_at is null or batch.recorded_at <= known_at)
      and (wanted is null or reading.series = any(wanted))
    order by reading.series, reading.at desc
$$;
