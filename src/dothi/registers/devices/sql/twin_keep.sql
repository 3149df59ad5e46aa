insert into telemetry.twin (device, measure, entity_id, entity_type, attribute)
values (%(device)s, %(measure)s, %(entity_id)s, %(entity_type)s, %(attribute)s)
on conflict (device, measure) do update
set entity_id = excluded.entity_id, entity_type = excluded.entity_type, attribute = excluded.attribute
