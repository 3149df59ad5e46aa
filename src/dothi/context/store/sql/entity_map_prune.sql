update context.entity_map set entities = $4 where tenant = $1 and client = $2 and id = $3
