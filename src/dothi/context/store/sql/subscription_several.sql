select tenant, id, stored, context, created_at, modified_at,
       times_sent, times_failed, last_notification, last_success, last_failure, maker
from context.subscription
where tenant = $1 and id = any($2)
order by seq
