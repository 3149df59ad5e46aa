-- All series of what is measured under a name.
select number, device from telemetry.series where name = $1 order by number
