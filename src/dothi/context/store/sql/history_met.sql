-- Make what is missing before instances can be recorded of the entities $1: numbers of attributes and of the
-- entities; types and attributes that an entity is known to have only grow here.
with told as (
    select tenant, entity_id, types, attributes, created_at
    from jsonb_to_recordset($1) as n (
        tenant text, entity_id text, types text[], attributes text[], created_at timestamptz
    )
),
made as (
    insert into context.attribute (iri)
    select distinct named.iri
    from told, unnest(told.attributes) as named (iri)
    where not exists (select from context.attribute a where a.iri = named.iri)
    order by named.iri
    on conflict (iri) do update set iri = excluded.iri  -- so that a number made meanwhile is told, too
    returning number, iri
),
met as (
    select told.tenant, told.entity_id, told.types, told.created_at,
        array(
            select coalesce(a.number, made.number)
            from unnest(told.attributes) as named (iri)
            left join context.attribute a using (iri)
            left join made using (iri)
        ) as attributes
    from told
)
insert into context.evolution as e (tenant, id, types, attributes, created_at)
select tenant, entity_id, types, attributes, created_at
from met
where not exists (
    select from context.evolution there
    where there.tenant = met.tenant and there.id = met.entity_id
        and there.types @> met.types and there.attributes @> met.attributes
)
order by tenant, entity_id
on conflict (tenant, id) do update
set types = e.types || array(select t from unnest(excluded.types) t where t <> all (e.types)),
    attributes = e.attributes || array(select a from unnest(excluded.attributes) a where a <> all (e.attributes))
