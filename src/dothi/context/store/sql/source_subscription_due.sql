-- The subscriptions that are told in turns and whose turn has come at $1; it is nobody else's then.
update context.source_subscription
set told_at = $1
where stored ? 'timeInterval'
      and extract(epoch from $1::timestamptz - coalesce(told_at, created_at)) >= (stored ->> 'timeInterval')::float
returning tenant, id, stored, context, created_at, modified_at,
          times_sent, times_failed, last_notification, last_success, last_failure, maker
