delete from context.source_subscription
where tenant = $1 and id = $2
returning id
