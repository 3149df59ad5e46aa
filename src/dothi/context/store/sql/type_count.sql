select count(*) from context.entity e where e.tenant = $1 and e.types @> $2::text[]
