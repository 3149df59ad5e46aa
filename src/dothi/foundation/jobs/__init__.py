"""
Jobs: deferred work that carries ids, never data, and may run twice.

    from dothi.foundation.jobs.actions import defer
    from dothi.foundation.jobs.declaring import job

A room declares its jobs in its `tasks.py`, which is found by itself. procrastinate stands behind.
"""
