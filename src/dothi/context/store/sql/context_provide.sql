insert into context.jsonld_context as kept (id, tenant, kind, body, created_at)
values ($1, '', $2, $3, $4)
on conflict (id) do update set body = excluded.body, created_at = excluded.created_at
where kept.body <> excluded.body
