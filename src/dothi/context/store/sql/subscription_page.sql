select tenant, id, stored, context, created_at, modified_at,
       times_sent, times_failed, last_notification, last_success, last_failure
from context.subscription
where tenant = $1
order by seq
limit $2 offset $3
