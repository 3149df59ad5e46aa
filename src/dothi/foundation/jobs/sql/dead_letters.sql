-- Jobs that failed for good, newest first: what, of what, how often, since when, and why.
select job.id, job.task_name, job.args::text, job.attempts,
       (select max(event.at) from procrastinate_events as event where event.job_id = job.id
        and event.type = 'failed') as failed_at,
       coalesce((select reason from jobs_failure where jobs_failure.job = job.id), '') as reason
from procrastinate_jobs as job
where job.status = 'failed' and (%(number)s::bigint is null or job.id = %(number)s)
order by job.id desc limit %(limit)s
