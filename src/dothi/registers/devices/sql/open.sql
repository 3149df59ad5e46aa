-- Let a claimed device in: it is its new owner's, and its code opens nothing any more.
update telemetry.device
set owner = %(owner)s, token_hash = %(token_hash)s, claim_hash = null, claim_until = null, revoked_at = null
where id = %(id)s
