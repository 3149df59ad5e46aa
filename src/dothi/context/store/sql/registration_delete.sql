delete from context.registration
where tenant = $1 and id = $2 and (expires_at is null or expires_at > $3)
returning id
