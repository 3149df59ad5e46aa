-- Which keyframe shows a moment, and from when on its days in files are in it.
select from_at, until, since from telemetry.keyframe
where from_at <= %(at)s and made_at is not null order by from_at desc limit 1
