update context.subscription s
set times_sent = s.times_sent + n.sent,
    times_failed = s.times_failed + n.failed,
    last_notification = coalesce(n.last_notification, s.last_notification),
    last_success = coalesce(n.last_success, s.last_success),
    last_failure = coalesce(n.last_failure, s.last_failure)
from jsonb_to_recordset($1) as n (
    tenant text, id text, sent bigint, failed bigint,
    last_notification timestamptz, last_success timestamptz, last_failure timestamptz
)
where s.tenant = n.tenant and s.id = n.id
