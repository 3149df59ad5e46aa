-- The readings of one series in a window that ends at an instant, the latest first, with what speaks against them.
select at, value, flags, recorded_at
from telemetry.readings_between(array[%(number)s::integer], %(since)s, %(at)s::timestamptz + interval '1 microsecond', %(known_at)s)
where value is not null
order by at desc limit %(limit)s
