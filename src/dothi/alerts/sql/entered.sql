-- Since when devices that are in service are there; those entered before %(end)s.
select id, created_at from telemetry.device where revoked_at is null and created_at < %(end)s
