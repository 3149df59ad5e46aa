-- Kinds of devices, all or one.
select name, name_vi, name_en, measures::text from telemetry.profile
where %(name)s::text is null or name = %(name)s order by name
