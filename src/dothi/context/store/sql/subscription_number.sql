select count(*) from context.subscription where tenant = $1 and ($2::text is null or maker ->> 'client' = $2)
