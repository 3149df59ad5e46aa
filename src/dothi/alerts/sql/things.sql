-- Devices that rules may look at, of %(devices)s or, where that is null, all in service.
select id, profile, group_name, ward_code, lon, lat, coalesce(nullif(name_vi, ''), id),
       coalesce(nullif(name_en, ''), id)
from telemetry.device
where %(devices)s::text[] is null and revoked_at is null or id = any(%(devices)s)
