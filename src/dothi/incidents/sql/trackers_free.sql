-- Devices at work whose profile measures all of some names, and that no response unit has; by id.
select device.id, device.name_vi, device.name_en, device.owner
from telemetry.device join telemetry.profile on profile.name = device.profile
where device.revoked_at is null and device.claim_hash is null
  and %(measures)s::text[] <@ (select array_agg(told ->> 'name') from jsonb_array_elements(profile.measures) as told)
  and not exists (select from incidents_unittracker tracker
                  where tracker.device = device.id and tracker.released_at is null)
order by device.id limit %(limit)s
