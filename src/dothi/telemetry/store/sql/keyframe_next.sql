-- Where the next keyframe begins, and where the one after it does: the first instant that none covers, of the
-- days that stand in PostgreSQL whole, not older than the policy lets keyframes be. $1 is the present.
with first as (
    select greatest(
        (select min(to_date(right(inhrelid::regclass::text, 10), 'YYYY_MM_DD'))
         from pg_inherits where inhparent = 'telemetry.reading'::regclass),
        (select max(day) + 1 from telemetry.day where dropped_at is not null),
        ($1::timestamptz at time zone 'UTC')::date - (select days from telemetry.policy where what = 'keyframe')
    )::timestamp at time zone 'UTC' as at
), begins as (
    select min(at) as at from (
        select at from first where not exists (
            select from telemetry.keyframe where from_at <= first.at and until > first.at)
        union all
        select until from telemetry.keyframe as one, first where until > first.at
            and not exists (select from telemetry.keyframe as other where other.from_at = one.until)
    ) as free
)
select at as begins, (select min(from_at) from telemetry.keyframe where from_at > begins.at) as next
from begins where at is not null
