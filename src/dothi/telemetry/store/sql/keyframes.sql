-- What is needed to show any moment at once. A keyframe holds, for the moments of its span [from_at, until):
-- all good readings of the span, and of those before it each that is the last one of its series by what is
-- known from its begin on. So any moment of the span, as it was or as it was known then, is answered by one row;
-- what was known before the span began, by the keyframe of that instant and the readings since.
-- They were filled in SQL before, and held arrays; such ones are made anew.
drop function if exists telemetry.good_of, telemetry.take_late, telemetry.fill_keyframe, telemetry.held;
do $$
begin
    if exists (select from pg_attribute where attrelid = to_regclass('telemetry.keyframe')
               and attname = 'series' and atttypid = 'integer[]'::regtype) then
        drop table telemetry.keyframe;
    end if;
end $$;
create table if not exists telemetry.keyframe (
    from_at timestamptz primary key,
    until timestamptz not null check (until > from_at),
    since timestamptz not null,  -- days (UTC) before it that are in files are not in it
    fence xid8,  -- who began before this transaction may not know that it was announced
    made_at timestamptz,  -- null: announced only
    -- Of one length, by series and instant, as dothi.telemetry.keyframes.packing writes them: microseconds since
    -- 1970; value is NaN where there are words.
    series bytea, at bytea, recorded_at bytea, value bytea, flags bytea
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

-- Announce a span: from now on, what comes for it is late. Nothing, where it is announced already.
create or replace function telemetry.announce_keyframe(span_from timestamptz, span_until timestamptz) returns void
language sql as $$
    insert into telemetry.keyframe (from_at, until, since)
    select span_from, span_until, coalesce((
        select (max(day) + 1)::timestamp at time zone 'UTC' from telemetry.day
        where dropped_at is not null and day < (span_from at time zone 'UTC')::date), span_from)
    on conflict do nothing
$$;
