-- Which entities devices are the twins of, by what they measure.
select device, entity_id from telemetry.twin where measure = %(measure)s and device = any(%(devices)s)
