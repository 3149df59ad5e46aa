insert into context.entity_map (tenant, id, expires_at, entities) values ($1, $2, $3, $4)
