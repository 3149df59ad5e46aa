-- Devices that rules may look at, of %(devices)s or, where that is null, all; with the entity of a measure
-- where there is a twin.
select device.id, device.profile, device.group_name, device.ward_code, device.lon, device.lat,
       coalesce(nullif(device.name_vi, ''), device.id), coalesce(nullif(device.name_en, ''), device.id),
       coalesce((select jsonb_object_agg(twin.measure, twin.entity_id)
                 from telemetry.twin where twin.device = device.id), '{}')
from telemetry.device
where %(devices)s::text[] is null and device.revoked_at is null or device.id = any(%(devices)s)
