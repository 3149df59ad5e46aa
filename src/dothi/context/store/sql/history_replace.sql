-- Put what $4 tells in the place of the instance $3 of the attribute $2 of the evolution $1.
update context.history h
set at = n.at, modified_at = n.modified_at, deleted_at = n.deleted_at, value = n.value,
    observed = n.observed, dataset_id = n.dataset_id, instance = n.instance
from jsonb_to_record($4) as n (
    at timestamptz, modified_at timestamptz, deleted_at timestamptz, value double precision,
    observed boolean, dataset_id text, instance jsonb
), context.attribute named
where named.iri = $2 and h.evolution = $1 and h.attribute = named.number and h.number = $3
returning h.number
