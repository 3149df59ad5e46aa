-- Let no source but those of the registrations $3 be told of a subscription any more.
update context.subscription_copy set wanted = null, next_at = $4
where tenant = $1 and subscription = $2 and registration <> all($3::text[]) and wanted is not null
