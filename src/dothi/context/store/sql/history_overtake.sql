-- Drop the observations that the instances $1 tell anew: of the same attribute, dataset and instant.
delete from context.history h
using jsonb_to_recordset($1) as n (
    tenant text, entity_id text, attribute text, dataset_id text, at timestamptz, observed boolean
)
join context.evolution e on e.tenant = n.tenant and e.id = n.entity_id
join context.attribute a on a.iri = n.attribute
where h.evolution = e.number and h.attribute = a.number and h.at = n.at and h.dataset_id = n.dataset_id
    and h.observed and n.observed
