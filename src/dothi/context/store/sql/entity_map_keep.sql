update context.entity_map set expires_at = $4 where tenant = $1 and id = $2 and expires_at > $3 returning id
