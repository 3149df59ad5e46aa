-- The keyframes that are filled and end after $1, in their order.
select from_at, until from telemetry.keyframe where made_at is not null and until > $1 order by from_at
