-- Kinds of devices that an import declares; only what is other is written, and told.
insert into telemetry.profile as kept (name, measures, time_path, late_s, name_vi, name_en)
select name, measures::jsonb, time_path, late_s, name_vi, name_en
from jsonb_to_recordset(%(kinds)s::text::jsonb) as told (
    name text, measures text, time_path text, late_s bigint, name_vi text, name_en text
)
on conflict (name) do update set measures = excluded.measures, time_path = excluded.time_path,
    late_s = excluded.late_s, name_vi = excluded.name_vi, name_en = excluded.name_en
where (kept.measures, kept.time_path, kept.late_s, kept.name_vi, kept.name_en)
    is distinct from
    (excluded.measures, excluded.time_path, excluded.late_s, excluded.name_vi, excluded.name_en)
returning name
