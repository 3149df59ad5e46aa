-- Make what is missing before what was heard of the entities $1 can be looked at, in a transaction that is rolled
-- back: attributes and entities, with numbers below zero, so that none is used up. See history_met.
with told as (
    select tenant, entity_id, types, attributes, created_at
    from jsonb_to_recordset($1) as n (
        tenant text, entity_id text, types text[], attributes text[], created_at timestamptz
    )
),
made as (
    insert into context.attribute (number, iri) overriding system value
    select -1 - floor(random() * 2147483000)::integer, named.iri
    from told, unnest(told.attributes) as named (iri)
    where not exists (select from context.attribute a where a.iri = named.iri)
    group by named.iri
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
insert into context.evolution as e (number, tenant, id, types, attributes, created_at) overriding system value
select -1 - floor(random() * 2147483000)::integer, tenant, entity_id, types, attributes, created_at
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
