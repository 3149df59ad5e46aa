-- The subscriptions of a tenant of which sources are told, or ($2) still have to hear that they are gone; one
-- of them ($3) where it is told.
select distinct subscription from context.subscription_copy
where tenant = $1 and (wanted is not null or $2) and ($3::text is null or subscription = $3)
