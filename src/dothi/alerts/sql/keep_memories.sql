-- Keep what a version of a rule remembers of things; `states` is an object of states by thing.
insert into alerts_memory (version_id, thing, state)
select %(version)s, kept.key, kept.value from jsonb_each(%(states)s::jsonb) as kept
on conflict (version_id, thing) do update set state = excluded.state
