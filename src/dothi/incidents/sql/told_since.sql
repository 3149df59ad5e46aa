-- The good numbers of some series in a window, by series and instant.
select series, at, value from telemetry.readings_between(%(series)s, %(since)s, %(until)s)
where value is not null and flags & telemetry.rejected() = 0
