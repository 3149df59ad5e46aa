-- Keep what was fetched from the address $2, in place of what was fetched from there before.
insert into context.jsonld_context (id, tenant, kind, url, body, created_at, expires_at)
values ($1, '', 'Cached', $2, $3, $4, $5)
on conflict (url) where kind = 'Cached' do update
set body = excluded.body, created_at = excluded.created_at, expires_at = excluded.expires_at
returning *
