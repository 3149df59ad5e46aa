-- Drop the observations that the instances $1 tell anew: of the same attribute, dataset and instant. What they
-- name is looked up first (offset 0), so that each is found by the whole key: an evolution has many instances.
delete from context.history h
using (
    select e.number as evolution, a.number as attribute, n.at, n.dataset_id
    from jsonb_to_recordset($1) as n (
        tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, observed boolean
    )
    join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
    join context.attribute a on a.iri = n.attribute
    where n.observed
    offset 0
) told
where h.evolution = told.evolution and h.attribute = told.attribute and h.at = told.at
    and h.dataset_id = told.dataset_id and h.observed
