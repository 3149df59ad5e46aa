delete from context.subscription
where tenant = $1 and id = $2 and ($3::text is null or maker ->> 'client' = $3)
returning id
