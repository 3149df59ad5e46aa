-- Devices that may publish, with their profiles; all of them, or those of the ids in $1.
select device.id, device.token_hash, device.old_token_hash, device.old_token_until, device.certificate_hash,
       device.lon, device.lat, device.group_name, device.owner, profile.name, profile.measures::text as measures,
       profile.time_path, profile.late_s, profile.form
from telemetry.device join telemetry.profile on profile.name = device.profile
where device.revoked_at is null and ($1::text[] is null or device.id = any($1)) order by device.id
