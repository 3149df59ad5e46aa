update context.entity_map set entities = $3 where tenant = $1 and id = $2
