update context.source_subscription
set stored = $3, modified_at = $4
where tenant = $1 and id = $2
