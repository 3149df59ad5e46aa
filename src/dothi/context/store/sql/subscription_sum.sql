-- Subscriptions of a tenant of both kinds: to entities and to registrations.
select (select count(*) from context.subscription where tenant = $1)
     + (select count(*) from context.source_subscription where tenant = $1)
