-- What a keyframe holds, packed, and what came late: columns as PostgreSQL sends them. One statement, for what is
-- late goes into the keyframe at any time.
select keyframe.series, keyframe.at, keyframe.recorded_at, keyframe.value, keyframe.flags,
       array_send(late.series), array_send(late.at), array_send(late.recorded_at), array_send(late.value),
       array_send(late.flags)
from telemetry.keyframe, (
    select array_agg(series) as series, array_agg(at) as at, array_agg(recorded_at) as recorded_at,
           array_agg(value) as value, array_agg(flags) as flags
    from (select * from telemetry.late
          where at > %(at)s - telemetry.reach() and at <= %(at)s order by series, at) as late
) as late
where from_at = %(from_at)s and made_at is not null
