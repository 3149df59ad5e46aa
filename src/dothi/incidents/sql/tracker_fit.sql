-- Whose a device is, where it is at work and its profile measures all of some names; no row otherwise.
-- Locked until the transaction ends, so that two who bind it at once wait for each other.
select device.owner from telemetry.device join telemetry.profile on profile.name = device.profile
where device.id = %(device)s and device.revoked_at is null and device.claim_hash is null
  and %(measures)s::text[] <@ (select array_agg(told ->> 'name') from jsonb_array_elements(profile.measures) as told)
for update of device
