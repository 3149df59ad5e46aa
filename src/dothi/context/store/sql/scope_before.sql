-- Of the evolutions $1 the last instance of the attribute $2, the scope, before the instant $3.
select wanted.number as evolution, named.iri, h.number, h.at, h.created_at, h.modified_at, h.deleted_at,
    h.value, h.observed, h.dataset_id, h.instance
from unnest($1::integer[]) as wanted (number)
join context.attribute named on named.iri = $2
cross join lateral (
    select h.*
    from context.history h
    where h.evolution = wanted.number and h.attribute = named.number and h.at < $3
    order by h.at desc, h.number desc
    limit 1
) h
where h.deleted_at is null
