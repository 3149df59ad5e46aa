-- Shut a device out, for good.
update telemetry.device
set revoked_at = %(at)s, claim_hash = null, claim_until = null, old_token_hash = null, old_token_until = null
where id = %(id)s
