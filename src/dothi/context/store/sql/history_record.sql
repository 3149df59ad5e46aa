-- Record the instances $1, in their order, if the $2 of them are all of entities that are known to have had
-- these types and attributes; otherwise none.
with told as (
    select n.*, e.number as of_entity, a.number as of_attribute
    from rows from (jsonb_to_recordset($1) as (
        tenant text, entity_id text, types text[], attribute text, dataset_id text,
        at timestamptz, observed boolean,
        created_at timestamptz, modified_at timestamptz, deleted_at timestamptz,
        value double precision, instance jsonb
    )) with ordinality n
    join context.attribute a on a.iri = n.attribute
    join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
        and e.types @> n.types and a.number = any (e.attributes)
)
insert into context.history (
    at, created_at, modified_at, deleted_at, value, evolution, attribute, observed, dataset_id, instance
)
select at, created_at, modified_at, deleted_at, value, of_entity, of_attribute, observed, dataset_id, instance
from told
where (select count(*) from told) = $2
order by ordinality
