update context.registration
set times_sent = times_sent + $3, times_failed = times_failed + $4,
    last_success = coalesce($5, last_success), last_failure = coalesce($6, last_failure)
where tenant = $1 and id = $2
