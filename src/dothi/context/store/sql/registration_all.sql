-- The registrations of a tenant that stand at an instant, in the order in which they were made.
select tenant, id, stored, created_at, modified_at, times_sent, times_failed, last_success, last_failure
from context.registration
where tenant = $1 and (expires_at is null or expires_at > $2)
order by seq
