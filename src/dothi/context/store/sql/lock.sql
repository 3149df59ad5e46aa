-- The entities of the keys $1 (tenants) and $2 (ids) that there are, locked in the order of their keys.
select e.tenant, e.id, e.types, e.scopes, e.created_at, e.modified_at, e.attributes
from context.entity e
join unnest($1::text[], $2::text[]) as k (tenant, id) using (tenant, id)
order by e.tenant, e.id
for update of e
