-- The keyframe that ends where $1 begins, if it is filled.
select since, made_at, series, at, recorded_at, value, flags
from telemetry.keyframe where until = $1 and made_at is not null
