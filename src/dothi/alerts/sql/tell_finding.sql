-- Count what the evaluation of a version raised, and put it into quarantine when it repeats. What happened
-- longer ago than %(forgiven_s)s seconds does not count.
insert into alerts_finding as found
    (id, version_id, error, said, thing, reading, first_at, last_at, times, quarantined_at)
values (%(id)s, %(version)s, %(error)s, %(said)s, %(thing)s, %(reading)s::jsonb, %(at)s, %(at)s, %(times)s,
        case when %(times)s >= %(repeats)s then %(at)s::timestamptz end)
on conflict (version_id) where lifted_at is null do update set
    error = excluded.error, said = excluded.said, thing = excluded.thing, reading = excluded.reading,
    last_at = excluded.last_at,
    times = excluded.times + case when found.last_at < excluded.last_at - make_interval(secs => %(forgiven_s)s)
                                  then 0 else found.times end,
    quarantined_at = coalesce(found.quarantined_at, case
        when excluded.times + case when found.last_at < excluded.last_at - make_interval(secs => %(forgiven_s)s)
                                   then 0 else found.times end >= %(repeats)s then excluded.last_at end)
returning id, quarantined_at is not null
