-- The device in the box with this code.
select id from telemetry.device where claim_hash = %(claim_hash)s for update
