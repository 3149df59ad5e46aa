insert into context.outbox (id, tenant, entity_id, at, before, after)
select id, tenant, entity_id, at, before, after
from jsonb_to_recordset($1) as n (
    id uuid, tenant text, entity_id text, at timestamptz, before jsonb, after jsonb
)
