delete from context.entity_map where expires_at <= $1
