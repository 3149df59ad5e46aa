update context.jsonld_context c
set hits = c.hits + n.hits, last_usage = greatest(c.last_usage, $3)
from unnest($1::text[], $2::bigint[]) as n (id, hits)
where c.id = n.id
