-- Record one entry with the links to its persons. No row comes back when the entry is there already.
with entry as (
    insert into ledger_entry (id, kind, act, object, recorded_at, body)
    values (%(id)s, %(kind)s, %(act)s, %(object)s, %(recorded_at)s, %(body)s)
    on conflict (id) do nothing
    returning id
), links as (
    insert into ledger_link (entry_id, place, ref, seed)
    select entry.id, link.place, link.ref, link.seed
    from entry, unnest(%(places)s::smallint[], %(refs)s::bytea[], %(seeds)s::bytea[])
        as link (place, ref, seed)
)
select id from entry
