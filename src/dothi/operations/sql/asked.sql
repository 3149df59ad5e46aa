-- What a moment needs, from the readings themselves: the last of each series, and all that sums are made of.
-- The slow answer, where no keyframe stands; columns as PostgreSQL sends them.
with told as (
    select series, at, recorded_at, coalesce(value, 'NaN') as value, flags
    from telemetry.latest(%(at)s, %(known_at)s, telemetry.reach())
    union
    select good.* from telemetry.good_between(
        %(at)s::timestamptz - interval '1 day', %(at)s::timestamptz + interval '1 microsecond') as good
    join telemetry.series on number = good.series
    where good.at > %(at)s - telemetry.lookback(name)
      and (%(known_at)s::timestamptz is null or good.recorded_at <= %(known_at)s)
)
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags))
from (select * from told order by series, at) as told
