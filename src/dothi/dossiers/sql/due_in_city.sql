-- By unit, how many dossiers, open at an instant, were due on its civil day, and late by then: by the deadline that
-- each had after its last act up to then, of what was recorded by `known_at`. The act that ended one is such an act.
select unit_id, count(*) filter (where due_at >= %(start)s and due_at < %(end)s), count(*) filter (where due_at < %(at)s)
from (
    select dossier.unit_id, coalesce(step.due_at, dossier.due_at) as due_at
    from dossiers_dossier dossier
    cross join lateral (
        select at, due_at from dossiers_step
        where dossier_id = dossier.id and at <= %(at)s
          and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)
        order by number desc limit 1
    ) as step
    where dossier.code <> '' and dossier.submitted_at <= %(at)s
      and (dossier.ended_at is null or dossier.ended_at > step.at)
) as open
where due_at < %(end)s
group by unit_id
