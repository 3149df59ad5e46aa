-- The subscriptions of a tenant in the order in which they were made; of one id where it is told.
select tenant, id, stored, context, created_at, modified_at,
       times_sent, times_failed, last_notification, last_success, last_failure, maker
from context.source_subscription
where tenant = $1 and ($2::text is null or id = $2)
order by seq
