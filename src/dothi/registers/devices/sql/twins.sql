-- What the measures of a device are in the live context.
select measure, entity_id, entity_type, attribute from telemetry.twin where device = %(device)s order by measure
