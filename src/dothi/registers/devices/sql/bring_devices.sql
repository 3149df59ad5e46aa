-- Devices that an import brings. One that is there keeps its token and stays shut out if it is; what a unit
-- answers for is left alone. Returns those that are new or other than they were.
insert into telemetry.device as kept
    (id, profile, token_hash, created_at, name_vi, name_en, lon, lat, ward_code, group_name)
select id, profile, decode(token, 'hex'), %(at)s, name_vi, name_en, lon, lat, ward_code, group_name
from jsonb_to_recordset(%(devices)s::text::jsonb) as told (
    id text, profile text, token text, name_vi text, name_en text, lon float8, lat float8,
    ward_code text, group_name text
)
on conflict (id) do update set profile = excluded.profile, name_vi = excluded.name_vi,
    name_en = excluded.name_en, lon = excluded.lon, lat = excluded.lat, ward_code = excluded.ward_code,
    group_name = excluded.group_name
where kept.owner = '' and
    (kept.profile, kept.name_vi, kept.name_en, kept.lon, kept.lat, kept.ward_code, kept.group_name)
    is distinct from
    (excluded.profile, excluded.name_vi, excluded.name_en, excluded.lon, excluded.lat, excluded.ward_code,
     excluded.group_name)
returning id, (xmax = 0) as new
