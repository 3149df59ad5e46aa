insert into context.heard (id, copy, before, after)
select n.id, $1, n.before, n.after
from rows from (jsonb_to_recordset($2) as (id uuid, before jsonb, after jsonb)) with ordinality n
order by n.ordinality
