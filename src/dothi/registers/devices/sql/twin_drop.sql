delete from telemetry.twin where device = %(device)s and measure = %(measure)s
