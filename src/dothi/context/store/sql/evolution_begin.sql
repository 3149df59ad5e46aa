-- Begin the evolution of the entity $2 of the tenant $1, of the types $3, at the instant $4, or give it types
-- that it lacks, and lock it; tells whether it is new.
insert into context.evolution as e (tenant, id, types, created_at)
values ($1, $2, $3, $4)
on conflict (tenant, id) do update
set types = e.types || array(select t from unnest(excluded.types) t where t <> all (e.types))
returning e.xmax = 0
