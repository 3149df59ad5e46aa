select id, expires_at, entities from context.entity_map where tenant = $1 and id = $2 and expires_at > $3
