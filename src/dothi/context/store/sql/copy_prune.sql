-- Forget copies of a subscription that no source ever heard of.
delete from context.subscription_copy
where tenant = $1 and subscription = $2 and wanted is null and told is null and tries = 0
