select id, tenant, entity_id, at, before, after
from context.outbox
order by seq
