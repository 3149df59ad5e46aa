-- Series that are newer than those that are known.
select number, device, name from telemetry.series where number > %(newest)s order by number
