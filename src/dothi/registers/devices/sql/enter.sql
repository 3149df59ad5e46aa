-- A device of the register. One that waits to be claimed is shut out until then, whatever token it has.
insert into telemetry.device (
    id, profile, token_hash, created_at, revoked_at, claim_hash, claim_until, owner, name_vi, name_en, lon, lat,
    ward_code, group_name, contract
) values (
    %(id)s, %(profile)s, %(token_hash)s, %(at)s, %(revoked_at)s, %(claim_hash)s, %(claim_until)s, %(owner)s,
    %(name_vi)s, %(name_en)s, %(lon)s, %(lat)s, %(ward_code)s, %(group)s, %(contract)s
)
