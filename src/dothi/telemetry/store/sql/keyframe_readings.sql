-- Good readings of a span, in no order, as the columns of a keyframe; as PostgreSQL sends arrays.
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags))
from telemetry.good_between($1, $2)
