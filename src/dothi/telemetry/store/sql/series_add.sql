-- Numbers of series by device and name; those that are new get theirs, and a last value that is not yet one.
with told as (
    select distinct device, name from unnest($1::text[], $2::text[]) as told (device, name)
), added as (
    insert into telemetry.series (device, name) select device, name from told order by device, name
    on conflict (device, name) do update set name = excluded.name
    returning number, device, name
), kept as (
    insert into telemetry.last_value (series) select number from added on conflict do nothing
)
select number, device, name from added
