-- Count one notification that was sent at $3 and ended at $4, well or not.
update context.source_subscription
set times_sent = times_sent + 1,
    times_failed = times_failed + case when $5 then 0 else 1 end,
    last_notification = $3,
    last_success = case when $5 then $4 else last_success end,
    last_failure = case when $5 then last_failure else $4 end
where tenant = $1 and id = $2
