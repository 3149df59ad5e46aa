insert into context.entity (tenant, id, types, scopes, created_at, modified_at, attributes)
select tenant, id, types, scopes, created_at, modified_at, attributes
from jsonb_to_recordset($1) as n (
    tenant text, id text, types text[], scopes text[],
    created_at timestamptz, modified_at timestamptz, attributes jsonb
)
order by tenant, id  -- as they are locked, so that brokers do not wait for each other in a circle
