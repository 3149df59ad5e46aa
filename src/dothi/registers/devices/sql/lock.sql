-- A device that nobody else changes until this transaction ends.
select id, profile, token_hash, old_token_hash, old_token_until, certificate_hash, claim_hash, claim_until,
       revoked_at, owner, name_vi, name_en, lon, lat, ward_code, group_name, contract
from telemetry.device where id = %(id)s for update
