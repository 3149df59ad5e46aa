-- Record the instances $1, in their order, but for those whose attribute says something of the same instant.
-- What they name is looked up first (offset 0), so that each is looked for by the whole key.
insert into context.history (
    at, created_at, modified_at, deleted_at, value, evolution, attribute, observed, dataset_id, instance
)
select told.at, told.created_at, told.modified_at, told.deleted_at, told.value,
    told.evolution, told.attribute, told.observed, told.dataset_id, told.instance
from (
    select n.at, n.created_at, n.modified_at, n.deleted_at, n.value, n.observed, n.dataset_id, n.instance,
        n.ordinality, e.number as evolution, a.number as attribute
    from rows from (jsonb_to_recordset($1) as (
        tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, observed boolean,
        created_at timestamptz, modified_at timestamptz, deleted_at timestamptz,
        value double precision, instance jsonb
    )) with ordinality n
    join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
    join context.attribute a on a.iri = n.attribute
    offset 0
) told
where not exists (
    select from context.history h
    where h.evolution = told.evolution and h.attribute = told.attribute and h.at = told.at
        and h.dataset_id = told.dataset_id
)
order by told.ordinality
