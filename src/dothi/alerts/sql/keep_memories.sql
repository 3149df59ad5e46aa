-- Keep what rules remember of things.
insert into alerts_memory (version_id, thing, state, due_at)
select version_id, thing, state::jsonb, due_at
from unnest(%(versions)s::uuid[], %(things)s::text[], %(states)s::text[], %(dues)s::timestamptz[])
     as kept (version_id, thing, state, due_at)
on conflict (version_id, thing) do update set state = excluded.state, due_at = excluded.due_at
