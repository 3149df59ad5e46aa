-- What the measures of devices are in the live context: of devices that nobody answers for but the center, and
-- of entities for which no unit speaks. What somebody has linked otherwise stays.
insert into telemetry.twin (device, measure, entity_id, entity_type, attribute)
select told.device, told.measure, told.entity_id, told.entity_type, told.attribute
from jsonb_to_recordset(%(twins)s::text::jsonb) as told (
    device text, measure text, entity_id text, entity_type text, attribute text
)
join telemetry.device on device.id = told.device and device.owner = ''
where not exists (
    select from telemetry.twin as other join telemetry.device as its on its.id = other.device
    where other.entity_id = told.entity_id and its.owner not in ('', %(center)s)
)
on conflict (device, measure) do nothing
