-- What a keyframe holds, and what came late: columns as PostgreSQL sends them. One statement, for what is late
-- goes into the keyframe at any time.
select array_send(series), array_send(at), array_send(recorded_at), array_send(value), array_send(flags)
from telemetry.keyframe where from_at = %(from_at)s and made_at is not null
union all
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags))
from (select * from telemetry.late where at > %(at)s - telemetry.reach() and at <= %(at)s order by series, at) as late
