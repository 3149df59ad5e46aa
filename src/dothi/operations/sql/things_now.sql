-- Entities of a type as they are; what is asked of them follows.
with entity as not materialized (
    select id, attributes from context.entity where tenant = '' and types @> array[%(type)s]::text[]
)
