-- The last run of the policy by which readings are kept.
select begun_at, ended_at, steps, held, failures from telemetry.keeping order by number desc limit 1
