-- The latest findings about a device, newest first.
select at, kind, detail from telemetry.finding where device = %(device)s order by at desc, number desc
limit %(limit)s
