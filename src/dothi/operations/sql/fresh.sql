-- Good readings since a keyframe ended, of what was known: columns as PostgreSQL sends them.
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags))
from (select * from telemetry.good_between(
          greatest(%(until)s::timestamptz, %(at)s::timestamptz - telemetry.reach()),
          %(at)s::timestamptz + interval '1 microsecond')
      where %(known_at)s::timestamptz is null or recorded_at <= %(known_at)s
      order by series, at) as fresh
