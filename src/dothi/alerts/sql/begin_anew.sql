-- Let a version, whose memory is gone, remember the things about which it has said something that stands.
with standing as (
    select thing from alerts_alert
    where rule = %(code)s and state in ('raised', 'acknowledged') and thing <> %(all)s
      and exists (select from alerts_standing stood where stood.version_id = %(version)s and stood.live
                  and stood.until is null)
    union
    select thing from alerts_firing where version_id = %(version)s and cleared_at is null
)
insert into alerts_memory (version_id, thing, state)
select %(version)s, thing, %(state)s::jsonb from standing where not %(near)s
union all
select %(version)s, %(all)s, jsonb_build_object('on', jsonb_agg(thing)) from standing where %(near)s
having count(*) > 0
