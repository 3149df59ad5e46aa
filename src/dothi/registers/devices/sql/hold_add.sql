-- A hold over days of readings (UTC), once for its entry of the ledger.
insert into telemetry.hold (first_day, last_day, reason, made_by, made_at, entry)
values (%(first)s, %(last)s, %(reason)s, %(order)s, %(at)s, %(entry)s)
on conflict (entry) do nothing returning number
