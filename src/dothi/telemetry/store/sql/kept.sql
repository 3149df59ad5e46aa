-- What is kept of readings, as what, and for how long.

-- The good numbers of a series in a minute, an hour or a civil day; `rejected` counts what is no value.
create table if not exists telemetry.rollup (
    width_s integer not null check (width_s in (60, 3600, 86400)),
    series integer not null,
    at timestamptz not null,  -- where the minute, hour or day begins
    readings integer not null,
    rejected integer not null,
    total double precision,
    low double precision,
    high double precision,
    last double precision,
    primary key (width_s, series, at)
);
create index if not exists rollup_at on telemetry.rollup (width_s, at);

-- Where the minute, hour or civil day (of UTC+7, without summer time) of an instant begins.
create or replace function telemetry.begins(width_s integer, at timestamptz) returns timestamptz
immutable parallel safe language sql
return date_bin(width_s * interval '1 second', at, timestamptz '2000-01-01 00:00:00+07');

-- The minutes of series that numbers of batches fall into. Their days are known before it is planned.
create or replace function telemetry.minutes_of(batches integer[]) returns table (series integer, at timestamptz)
stable language plpgsql as $$
begin
    return query execute
        'select distinct reading.series, telemetry.begins(60, reading.at) from telemetry.reading
         where batch = any($1) and reading.at >= $2 and reading.at <= $3 and words is null'
        using batches, (select min(first_at) from telemetry.batch where number = any(batches)),
                       (select max(last_at) from telemetry.batch where number = any(batches));
end $$;

-- Roll up minutes of series anew, from all their readings; instants in one day, which is known before it is
-- planned: else every partition would be locked and looked at for each day. One sort serves sum and last.
create or replace function telemetry.roll_up_minutes(wanted integer[], minutes timestamptz[]) returns void
language plpgsql as $$
begin
    execute
        'insert into telemetry.rollup (width_s, series, at, readings, rejected, total, low, high, last)
         select 60, told.series, told.at,
                count(*) filter (where good), count(*) filter (where not good),
                sum(value order by reading.at) filter (where good),
                min(value) filter (where good), max(value) filter (where good),
                (array_agg(value order by reading.at) filter (where good))[count(*) filter (where good)]
         from unnest($1, $2) as told (series, at)
         join (
             select series, reading.at, value, flags & telemetry.rejected() = 0 as good from telemetry.reading
             where reading.at >= $3 and reading.at < $4 and words is null
         ) as reading on reading.series = told.series and telemetry.begins(60, reading.at) = told.at
         group by told.series, told.at
         on conflict (width_s, series, at) do update set readings = excluded.readings,
             rejected = excluded.rejected, total = excluded.total, low = excluded.low, high = excluded.high,
             last = excluded.last'
        using wanted, minutes, (select min(one) from unnest(minutes) as one),
              (select max(one) + interval '1 minute' from unnest(minutes) as one);
end $$;

-- Roll up hours or days of series anew, from their minutes or hours.
create or replace function telemetry.roll_up_further(
    width integer, narrower integer, wanted integer[], instants timestamptz[]
) returns void language sql as $$
    insert into telemetry.rollup (width_s, series, at, readings, rejected, total, low, high, last)
    select width, told.series, told.at, sum(part.readings), sum(part.rejected),
           sum(part.total order by part.at), min(part.low), max(part.high),
           (array_agg(part.last order by part.at desc) filter (where part.readings > 0))[1]
    from (select distinct series, telemetry.begins(width, at) as at
          from unnest(wanted, instants) as one (series, at)) as told
    join telemetry.rollup as part on part.width_s = narrower and part.series = told.series
        and part.at >= told.at and part.at < told.at + width * interval '1 second'
    group by told.series, told.at
    on conflict (width_s, series, at) do update set readings = excluded.readings, rejected = excluded.rejected,
        total = excluded.total, low = excluded.low, high = excluded.high, last = excluded.last
$$;

-- Roll up each minute that readings of these batches fall into, then its hour and its day. So late data counts,
-- and the order in which it came does not. One at a time: who rolls up sees all that was there before.
create or replace function telemetry.roll_up(batches integer[]) returns void language plpgsql as $$
declare
    wanted integer[];
    minutes timestamptz[];
    one_day record;
begin
    perform pg_advisory_xact_lock(hashtext('telemetry.rollup'));
    select array_agg(series), array_agg(at) into wanted, minutes from telemetry.minutes_of(batches);
    if wanted is null then
        return;
    end if;
    for one_day in select array_agg(series) as series, array_agg(at) as instants
                from unnest(wanted, minutes) as one (series, at)
                group by date_bin('1 day', at, timestamptz '2000-01-01 00:00:00+00') loop
        perform telemetry.roll_up_minutes(one_day.series, one_day.instants);
    end loop;
    perform telemetry.roll_up_further(3600, 60, wanted, minutes);
    perform telemetry.roll_up_further(86400, 3600, wanted, minutes);
end $$;

-- Days (UTC) that are closed: their readings have a btree, and maybe a file. What comes later makes them dirty.
create table if not exists telemetry.day (
    day date primary key,
    closed_at timestamptz not null,
    file text,  -- below the folder of the archive
    sha256 bytea check (length(sha256) = 32),
    readings bigint,  -- in the file
    hot_readings bigint,  -- of them in PostgreSQL when it was written
    archived_at timestamptz,
    dropped_at timestamptz,  -- when the readings left PostgreSQL
    check (num_nulls(file, sha256, readings, hot_readings, archived_at) in (0, 5)),
    check (dropped_at is null or file is not null)
);

-- For how many days what is kept where; null is for ever. Data: an operator changes it.
create table if not exists telemetry.policy (
    what text primary key,
    days integer check (days > 0),
    source text not null,
    verified boolean not null default false
);
alter table telemetry.policy drop constraint if exists policy_what_check;
alter table telemetry.policy add constraint policy_what_check
    check (what in ('hot', 'cold', 'finding', 'minute', 'keyframe'));
insert into telemetry.policy (what, days, source) values
    ('hot', 400, 'a year can be played back at once; no law, docs/explanation/readings.md'),
    ('cold', null, 'nothing is thrown away until a rule says so'),
    ('finding', 365, 'no law'),
    ('minute', 400, 'as the readings that they come from'),
    ('keyframe', 400, 'a year can be played back at once; no law, docs/explanation/readings.md')
on conflict do nothing;

-- What was done when the policy was followed: a run a day. `failures` are texts, a step each; none where all went well.
create table if not exists telemetry.keeping (
    number integer generated always as identity primary key,
    begun_at timestamptz not null,
    ended_at timestamptz,
    steps integer not null default 0,
    held integer not null default 0,
    failures text[] not null default '{}'
);

-- While a hold stands, nothing of its days (UTC, from first to last) is deleted from the archive.
create table if not exists telemetry.hold (
    number integer generated always as identity primary key,
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    reason text not null check (reason <> ''),
    made_by text not null check (made_by <> ''),
    made_at timestamptz not null,
    lifted_by text,
    lifted_at timestamptz,
    check (num_nulls(lifted_by, lifted_at) in (0, 2))
);
alter table telemetry.hold add column if not exists entry uuid unique;  -- its entry of the ledger

-- Hour by hour what makes an altered reading show (dothi.telemetry.digests); `entry` is its entry of the ledger.
create table if not exists telemetry.digest (
    hour timestamptz primary key,
    batches integer not null,
    readings bigint not null,
    root bytea not null check (length(root) = 32),
    made_at timestamptz not null,
    entry uuid not null default uuidv7()
);
