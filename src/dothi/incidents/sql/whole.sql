-- An incident and all that were merged into it, by when they were opened; the incident itself first.
with recursive whole as (
    select id, code, opened_at, 0 as depth from incidents_incident where id = %(id)s
    union
    select part.id, part.code, part.opened_at, whole.depth + 1
    from incidents_incident part join whole on part.merged_into_id = whole.id
)
select id, code from whole order by depth, opened_at, id
