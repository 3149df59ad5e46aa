delete from context.entity e
using unnest($1::text[], $2::text[]) as k (tenant, id)
where e.tenant = k.tenant and e.id = k.id
