-- Defer one job by the function that procrastinate keeps for those who write their own statements.
select procrastinate_defer_jobs_v1(array[row(
    %(job_queue)s, %(job_name)s, %(job_priority)s, null, null, %(job_args)s, %(job_at)s
)::procrastinate_job_to_defer_v1])
