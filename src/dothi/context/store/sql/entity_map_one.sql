select id, expires_at, entities, places, linked from context.entity_map
where tenant = $1 and client = $2 and id = $3 and expires_at > $4
