-- Record the instances $1, in their order, but for those whose attribute says something of the same instant.
insert into context.history (
    at, created_at, modified_at, deleted_at, value, evolution, attribute, observed, dataset_id, instance
)
select n.at, n.created_at, n.modified_at, n.deleted_at, n.value,
    e.number, a.number, n.observed, n.dataset_id, n.instance
from rows from (jsonb_to_recordset($1) as (
    tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, observed boolean,
    created_at timestamptz, modified_at timestamptz, deleted_at timestamptz,
    value double precision, instance jsonb
)) with ordinality n
join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
join context.attribute a on a.iri = n.attribute
where not exists (
    select from context.history h
    where h.evolution = e.number and h.attribute = a.number and h.at = n.at and h.dataset_id = n.dataset_id
)
order by n.ordinality
