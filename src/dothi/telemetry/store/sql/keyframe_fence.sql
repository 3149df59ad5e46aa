-- In a transaction after that which announced: all that began before it is behind this fence.
update telemetry.keyframe set fence = pg_snapshot_xmax(pg_current_snapshot()) where fence is null and made_at is null
