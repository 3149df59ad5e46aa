-- Fill a keyframe, which is locked.
update telemetry.keyframe
set series = $2, at = $3, recorded_at = $4, value = $5, flags = $6, made_at = $7, since = $8
where from_at = $1
