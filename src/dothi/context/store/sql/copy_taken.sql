-- The registrations whose sources took a subscription ($2) of a tenant, and are to have it still.
select registration from context.subscription_copy
where tenant = $1 and subscription = $2 and told is not null and wanted is not null
