insert into context.entity_map (tenant, client, id, expires_at, entities, places, linked)
values ($1, $2, $3, $4, $5, $6, $7)
