select tenant, id, types, scopes, created_at, modified_at, attributes
from context.entity
where tenant = $1 and id = any($2)
