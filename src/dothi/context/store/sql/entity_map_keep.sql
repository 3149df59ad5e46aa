update context.entity_map set expires_at = $5
where tenant = $1 and client = $2 and id = $3 and expires_at > $4
returning id
