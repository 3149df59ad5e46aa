-- Good readings since a keyframe ended: columns as PostgreSQL sends them.
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags))
from (select * from telemetry.good_between(%(until)s, %(at)s::timestamptz + interval '1 microsecond')
      order by series, at) as fresh
