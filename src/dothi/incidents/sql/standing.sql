-- The incident in which the one with a code or an id goes on: itself, unless it was merged.
with recursive path as (
    select id, merged_into_id from incidents_incident where code = %(code)s::text or id = %(id)s::uuid
    union
    select next.id, next.merged_into_id from incidents_incident next join path on next.id = path.merged_into_id
)
select id from path where merged_into_id is null
