-- A certificate in place of any token.
update telemetry.device
set certificate_hash = %(certificate_hash)s, token_hash = null, old_token_hash = null, old_token_until = null
where id = %(id)s
