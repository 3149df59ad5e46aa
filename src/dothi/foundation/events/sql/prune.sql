-- Drop old events that are published, some at a time; one delete an hour, none on the hot path.
delete from events_outbox where id in (
    select id from events_outbox
    where occurred_at < %(before)s and tx < pg_snapshot_xmin(%(done)s::pg_snapshot)
    order by id
    limit %(limit)s
)
