-- A new token; the one before is taken until `until`, where that is told.
update telemetry.device
set token_hash = %(token_hash)s, certificate_hash = null,
    old_token_hash = case when %(until)s::timestamptz is null then null else token_hash end,
    old_token_until = case when token_hash is null then null else %(until)s::timestamptz end
where id = %(id)s
