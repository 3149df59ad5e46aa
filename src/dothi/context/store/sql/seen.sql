-- The entities of the keys $1 (tenants) and $2 (ids) that there are, as they are now, each with its version.
select e.tenant, e.id, e.types, e.scopes, e.created_at, e.modified_at, e.attributes, e.xmin as version
from context.entity e
join unnest($1::text[], $2::text[]) as k (tenant, id) using (tenant, id)
