-- Drop the instances of the attribute $2 of the evolution $1, of the dataset $3 or, where that is null, of all;
-- an attribute without instances is one that it does not have. Tells how many there were.
with named as (
    select number from context.attribute where iri = $2
),
gone as (
    delete from context.history h
    using named
    where h.evolution = $1 and h.attribute = named.number and ($3::text is null or h.dataset_id = $3)
    returning h.number
),
kept as (
    update context.evolution e
    set attributes = array_remove(e.attributes, named.number)
    from named
    where e.number = $1
        and not exists (
            select from context.history h
            where h.evolution = $1 and h.attribute = named.number and $3::text is not null and h.dataset_id <> $3
        )
)
select count(*) from gone
