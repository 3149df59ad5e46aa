-- Forget the past of the entities of the keys $1 (tenants) and $2 (ids).
with gone as (
    delete from context.evolution e
    using unnest($1::text[], $2::text[]) as k (tenant, id)
    where e.tenant = k.tenant and e.id = k.id
    returning e.number
)
delete from context.history h using gone where h.evolution = gone.number
