-- An incident and all that had been merged into it by `at`, as known at `known_at`, by when they were
-- opened; the incident itself first.
with recursive whole as (
    select id, code, opened_at, 0 as depth from incidents_incident where id = %(id)s
    union
    select part.id, part.code, part.opened_at, whole.depth + 1
    from incidents_incident part join whole on part.merged_into_id = whole.id
    where exists (
        select from incidents_entry entry
        where entry.incident_id = part.id and entry.kind = 'merged' and entry.state = 'closed'
          and entry.occurred_at <= %(at)s and entry.recorded_at <= %(known_at)s
    )
)
select id, code from whole order by depth, opened_at, id
