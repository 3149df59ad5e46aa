-- Spans that were announced, of which everybody who writes knows; earliest first.
select from_at from telemetry.keyframe
where made_at is null and fence <= pg_snapshot_xmin(pg_current_snapshot()) order by from_at
