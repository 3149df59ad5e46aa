-- Drop the instance $3 of the attribute $2 of the evolution $1. Tells how many there were.
with named as (
    select number from context.attribute where iri = $2
),
gone as (
    delete from context.history h
    using named
    where h.evolution = $1 and h.attribute = named.number and h.number = $3
    returning h.number
),
kept as (
    update context.evolution e
    set attributes = array_remove(e.attributes, named.number)
    from named
    where e.number = $1
        and not exists (
            select from context.history h
            where h.evolution = $1 and h.attribute = named.number and h.number <> $3
        )
)
select count(*) from gone
