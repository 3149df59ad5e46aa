delete from context.subscription_copy where id = $1 and wanted is null and told is null
