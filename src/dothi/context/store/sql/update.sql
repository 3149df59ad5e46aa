-- Change the entities $1, which are locked: attributes that are gone, and those of which something was said.
update context.entity e
set types = n.types, scopes = n.scopes, created_at = n.created_at, modified_at = n.modified_at,
    attributes = (e.attributes - n.gone) || n.said
from jsonb_to_recordset($1) as n (
    tenant text, id text, types text[], scopes text[],
    created_at timestamptz, modified_at timestamptz, gone text[], said jsonb
)
where e.tenant = n.tenant and e.id = n.id
