-- A keyframe, locked until the transaction ends.
select from_at, until, since, made_at, series, at, recorded_at, value, flags
from telemetry.keyframe where from_at = $1 for update
