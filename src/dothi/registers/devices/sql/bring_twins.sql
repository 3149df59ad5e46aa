-- What the measures of devices are in the live context; what somebody has linked otherwise stays.
insert into telemetry.twin (device, measure, entity_id, entity_type, attribute)
select device, measure, entity_id, entity_type, attribute
from jsonb_to_recordset(%(twins)s::text::jsonb) as told (
    device text, measure text, entity_id text, entity_type text, attribute text
)
on conflict (device, measure) do nothing
