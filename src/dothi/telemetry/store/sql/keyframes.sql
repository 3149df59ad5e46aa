-- What is needed to show any moment at once. A keyframe holds, for the moments of its span [from_at, until):
-- all good readings of the span, and of those before it each that could be the last one of its series, by
-- whatever was known when. So any moment of the span, as it was or as it was known, is answered by one row.
create table if not exists telemetry.keyframe (
    from_at timestamptz primary key,
    until timestamptz not null check (until > from_at),
    since timestamptz not null,  -- days (UTC) before it that are in files are not in it
    fence xid8,  -- who began before this transaction may not know that it was announced
    made_at timestamptz,  -- null: announced only
    series integer[], at timestamptz[], recorded_at timestamptz[],  -- of one length, by series and instant
    value double precision[],  -- NaN where there are words
    flags smallint[]
);

-- Readings whose keyframe was announced before they came. They count beside the keyframes until they are
-- taken into them.
create table if not exists telemetry.late (
    series integer not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    value double precision not null,
    flags smallint not null
);
create index if not exists late_at on telemetry.late (at);

-- How long the last reading of a series is looked for: what only tells of changes may be silent that long.
create or replace function telemetry.reach() returns interval immutable parallel safe
language sql return interval '14 days';

-- How far back a moment needs every reading of a measure: sums of rain, the index of air.
create or replace function telemetry.lookback(measure text) returns interval immutable parallel safe
language sql return case when measure = 'rain' then interval '24 hours'
                         when measure in ('pm25', 'pm10') then interval '12 hours'
                         else interval '0' end;

-- Good readings of a span as the columns of a keyframe.
create or replace function telemetry.good_between(span_from timestamptz, span_until timestamptz) returns table (
    series integer, at timestamptz, recorded_at timestamptz, value double precision, flags smallint
) stable language sql as $$
    select reading.series, reading.at, batch.recorded_at, coalesce(reading.value, 'NaN'), reading.flags
    from telemetry.reading join telemetry.batch on batch.number = reading.batch
    where reading.at >= span_from and reading.at < span_until and reading.flags & telemetry.rejected() = 0
$$;

-- The same for a function that asks it: planned for these days alone, else every partition would be looked at.
create or replace function telemetry.good_of(span_from timestamptz, span_until timestamptz) returns table (
    series integer, at timestamptz, recorded_at timestamptz, value double precision, flags smallint
) stable language plpgsql as $$
begin
    return query execute 'select * from telemetry.good_between($1, $2)' using span_from, span_until;
end $$;

-- What one keyframe holds.
create or replace function telemetry.held(one telemetry.keyframe) returns table (
    series integer, at timestamptz, recorded_at timestamptz, value double precision, flags smallint
) stable language sql as $$
    select * from unnest(one.series, one.at, one.recorded_at, one.value, one.flags)
$$;

-- Fill a keyframe that was announced, or fill it anew with what came late: from the one before it, where there
-- is one, and else from the readings. Tells whether it holds anything else now. `late` is as telemetry.held.
create or replace function telemetry.fill_keyframe(span_from timestamptz, now timestamptz, late telemetry.keyframe)
returns boolean language plpgsql as $$
declare
    mine telemetry.keyframe;
    before telemetry.keyframe;
    filled telemetry.keyframe;
begin
    select * into strict mine from telemetry.keyframe where from_at = span_from for update;
    select * into before from telemetry.keyframe where until = span_from and made_at is not null;
    with known as (
        select distinct on (told.series, told.at) told.* from (
            select * from telemetry.held(before)
            union all select * from telemetry.held(mine)
            union all select * from telemetry.held(late) as one where one.at < mine.until
            union all select * from telemetry.good_of(mine.from_at, mine.until) where mine.made_at is null
            union all select * from telemetry.good_of(mine.from_at - telemetry.reach(), mine.from_at)
                where mine.made_at is null and before.from_at is null
        ) as told order by told.series, told.at
    ), weighed as (
        select known.*, min(recorded_at) over (
            partition by series, at >= mine.from_at order by at desc rows between unbounded preceding and 1 preceding
        ) as sooner  -- a later reading that was known sooner is the last one for whoever knew this one
        from known
    ), chosen as (
        select weighed.* from weighed join telemetry.series on number = weighed.series
        where at >= mine.from_at or at > mine.from_at - telemetry.lookback(name)
           or (at > mine.from_at - telemetry.reach() and (sooner is null or recorded_at < sooner))
        order by weighed.series, at
    )
    select array_agg(chosen.series), array_agg(at), array_agg(recorded_at), array_agg(value), array_agg(flags)
    into filled.series, filled.at, filled.recorded_at, filled.value, filled.flags from chosen;
    if mine.made_at is not null and (mine.series, mine.at, mine.recorded_at)
            is not distinct from (filled.series, filled.at, filled.recorded_at) then
        return false;
    end if;
    update telemetry.keyframe set series = filled.series, at = filled.at, recorded_at = filled.recorded_at,
        value = filled.value, flags = filled.flags, made_at = now, since = coalesce(before.since, mine.since)
    where from_at = span_from;
    return true;
end $$;

-- Take what came late, at most so much of it, into the keyframes that it belongs to, and into those after them
-- until one is the same with it. Returns how much was taken.
create or replace function telemetry.take_late(most integer, now timestamptz) returns integer language plpgsql as $$
declare
    late telemetry.keyframe;
    span record;
    reached timestamptz := '-infinity';
    changed boolean := false;
begin
    with taken as (
        delete from telemetry.late where ctid = any(array(
            select ctid from telemetry.late
            where at < (select max(until) from telemetry.keyframe where made_at is not null)
            order by at limit most))
        returning *
    )
    select array_agg(series), array_agg(at), array_agg(recorded_at), array_agg(value), array_agg(flags)
    into late.series, late.at, late.recorded_at, late.value, late.flags from taken;
    if late.at is null then
        return 0;
    end if;
    for span in select from_at, until from telemetry.keyframe
                where made_at is not null and until > (select min(one) from unnest(late.at) as one)
                order by from_at loop
        if changed or exists (select from unnest(late.at) as one where one >= reached and one < span.until) then
            changed := telemetry.fill_keyframe(span.from_at, now, late);
        end if;
        reached := span.until;
    end loop;
    return cardinality(late.at);
end $$;

-- Announce a span: from now on, what comes for it is late. Nothing, where it is announced already.
create or replace function telemetry.announce_keyframe(span_from timestamptz, span_until timestamptz) returns void
language sql as $$
    insert into telemetry.keyframe (from_at, until, since)
    select span_from, span_until, coalesce((
        select (max(day) + 1)::timestamp at time zone 'UTC' from telemetry.day
        where dropped_at is not null and day < (span_from at time zone 'UTC')::date), span_from)
    on conflict do nothing
$$;
