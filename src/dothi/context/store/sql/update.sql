update context.entity e
set types = n.types, scopes = n.scopes, created_at = n.created_at, modified_at = n.modified_at,
    attributes = n.attributes
from jsonb_to_recordset($1) as n (
    tenant text, id text, types text[], scopes text[],
    created_at timestamptz, modified_at timestamptz, attributes jsonb
)
where e.tenant = n.tenant and e.id = n.id
