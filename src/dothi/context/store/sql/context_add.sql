insert into context.jsonld_context (id, tenant, kind, body, created_at)
values ($1, $2, $3, $4, $5)
on conflict (id) do nothing
