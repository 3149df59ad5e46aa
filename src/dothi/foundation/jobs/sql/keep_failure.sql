-- Why a job failed last; and what is kept of jobs that are done by now goes.
with gone as (
    delete from jobs_failure where not exists (select from procrastinate_jobs where id = job) and job <> %(job)s
)
insert into jobs_failure (job, reason) values (%(job)s, %(reason)s)
on conflict (job) do update set reason = excluded.reason
