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

-- What becomes of a consumer that does not keep up: from `most` batches on nothing more waits for it, so that the
-- dead fill no disk. It falls behind, with the instant up to which all is told or waits; when it has done half of
-- that, the next ones are given to wait, in the order of recording, until none is left. Returns what happened.
create or replace function telemetry.tend(consumer text, now timestamptz) returns text language plpgsql as $$
declare
    known telemetry.consumer;
    room integer;
    given integer;
begin
    select * into known from telemetry.consumer where name = tend.consumer for no key update;
    select known.most - count(*) into room from (
        select from telemetry.pending where pending.consumer = known.name limit known.most
    ) as waiting;
    if known.fell_behind_at is null and room > 0 then
        return 'keeps up';
    elsif known.fell_behind_at is null then
        update telemetry.consumer set fell_behind_at = now, told_until = telemetry.turn() where name = known.name;
        return 'fell behind';
    elsif room < (known.most + 1) / 2 then
        return 'is behind';
    end if;
    given := telemetry.hand_on(known.name, room);
    if given = room then
        return 'is behind';
    end if;
    perform telemetry.turn();  -- what was committed until now is handed on, what comes is told as to the others
    perform telemetry.hand_on(known.name, null);
    update telemetry.consumer set fell_behind_at = null, told_until = null where name = known.name;
    return 'caught up';
end $$;

-- Let the next batches wait for a consumer that is behind, at most so many; returns how many there were.
create or replace function telemetry.hand_on(consumer text, most integer) returns integer language plpgsql as $$
declare
    given integer;
    until timestamptz;
begin
    with next as (
        select number, recorded_at from telemetry.batch
        where recorded_at > (select told_until from telemetry.consumer where name = hand_on.consumer)
        order by recorded_at limit hand_on.most
    ), added as (
        insert into telemetry.pending (consumer, batch) select hand_on.consumer, number from next
        on conflict do nothing
    )
    select count(*), max(recorded_at) into given, until from next;
    update telemetry.consumer set told_until = coalesce(until, told_until) where name = hand_on.consumer;
    return given;
end $$;

-- Let a consumer hear again of all that was recorded after an instant, beside what waits for it.
create or replace function telemetry.hear_again(consumer text, since timestamptz, now timestamptz) returns void
language sql as $$
    update telemetry.consumer set fell_behind_at = now, told_until = since where name = hear_again.consumer
$$;

-- Wait until what was recorded by an instant can be seen, if it is not long ago. For who asks what was known then,
-- as a statement of its own: the next one sees it.
create or replace function telemetry.settle(known_at timestamptz) returns void language plpgsql as $$
begin
    if known_at > clock_timestamp() - interval '1 minute' then
        perform pg_advisory_lock_shared(hashtext('telemetry.batch'));
        perform pg_advisory_unlock_shared(hashtext('telemetry.batch'));
    end if;
end $$;

-- All readings of batches, by instant and series. Their days are known before it is planned: else every partition
-- would be locked and looked at for each batch.
create or replace function telemetry.readings_of(batches integer[]) returns table (
    series integer, device text, name text, at timestamptz, value double precision, words text,
    flags smallint, batch integer, recorded_at timestamptz
) stable language plpgsql as $$
begin
    return query execute
        'select reading.series, series.device, series.name, reading.at, reading.value, reading.words,
                reading.flags, reading.batch, told.recorded_at
         from telemetry.reading
         join telemetry.batch as told on told.number = reading.batch
         join telemetry.series on series.number = reading.series
         where reading.batch = any($1) and reading.at >= $2 and reading.at <= $3
         order by reading.at, reading.series'
        using batches, (select min(first_at) from telemetry.batch where number = any(batches)),
                       (select max(last_at) from telemetry.batch where number = any(batches));
end $$;

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
