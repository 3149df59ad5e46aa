-- What rules remember of things.
select kept.version_id, kept.thing, kept.state
from unnest(%(versions)s::uuid[], %(things)s::text[]) as asked (version_id, thing)
join alerts_memory kept on kept.version_id = asked.version_id and kept.thing = asked.thing
