-- A device of another unit than the owner's that is a twin of this entity.
select twin.device from telemetry.twin join telemetry.device on device.id = twin.device
where twin.entity_id = %(entity)s and coalesce(nullif(device.owner, ''), %(center)s) <> %(owner)s limit 1
