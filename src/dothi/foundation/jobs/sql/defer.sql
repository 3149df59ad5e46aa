-- Defer one job by the function that procrastinate keeps for those who write their own statements.
select procrastinate_defer_jobs_v1(array[row(
    %(queue)s, %(name)s, %(priority)s, null, null, %(args)s, %(at)s
)::procrastinate_job_to_defer_v1])
