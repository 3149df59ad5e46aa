-- The good numbers of one series of a device in a window, in order of time.
select told.at, told.value
from telemetry.series
cross join lateral telemetry.readings_between(array[series.number], %(since)s, %(until)s) told
where series.device = %(device)s and series.name = %(measure)s
  and told.value is not null and told.flags & telemetry.rejected() = 0
order by told.at
