-- Days that have readings in PostgreSQL or were closed before, with what is known of them; earliest first.
with hot as (
    select to_date(right(inhrelid::regclass::text, 10), 'YYYY_MM_DD') as day
    from pg_inherits where inhparent = 'telemetry.reading'::regclass
)
select coalesce(hot.day, day.day) as day, hot.day is not null as hot, day.closed_at is not null as closed,
       day.file, coalesce(day.readings, 0) as readings, day.file is not null and day.dropped_at is null as written,
       exists (select from telemetry.hold where lifted_at is null
               and coalesce(hot.day, day.day) between first_day and last_day) as held
from hot full join telemetry.day on day.day = hot.day order by 1
