select distinct t.type from context.entity e, unnest(e.types) as t (type) where e.tenant = $1 order by 1
