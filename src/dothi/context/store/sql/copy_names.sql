-- The subscriptions of a tenant of which sources are told, or still have to hear that they are gone.
select distinct subscription from context.subscription_copy where tenant = $1 and (wanted is not null or $2)
