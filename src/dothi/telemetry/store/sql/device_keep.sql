insert into telemetry.device (id, token_hash, profile, created_at)
select id, token_hash, $3, $4 from unnest($1::text[], $2::bytea[]) as told (id, token_hash)
on conflict (id) do update set token_hash = excluded.token_hash, profile = excluded.profile, revoked_at = null
