-- Take what came late for keyframes that are filled: the earliest, at most $1 of it; as keyframe_readings.sql, and
-- the earliest instant.
with taken as (
    delete from telemetry.late where ctid = any(array(
        select ctid from telemetry.late
        where at < (select max(until) from telemetry.keyframe where made_at is not null)
        order by at limit $1))
    returning *
)
select array_send(array_agg(series)), array_send(array_agg(at)), array_send(array_agg(recorded_at)),
       array_send(array_agg(value)), array_send(array_agg(flags)), min(at) as earliest
from taken
