"""
The worker: runs deferred jobs in a bounded number of threads, and rescues those of a dead worker.

Each thread keeps one connection of Django, checked before and after each job. The worker polls: a
NOTIFY would make the acts that defer jobs commit one after another.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job, Status
from procrastinate.psycopg_connector import PsycopgConnector

THREADS = 4
POLL_SECONDS = 0.1
HEARTBEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 10.0
"""A worker that was killed sends no heartbeat; its jobs run again after this."""
MOST_RESCUES = 20
"""A job that kills its worker each time must not do so for ever."""
GRACE_SECONDS = 8.0


async def work(clock: Callable[[], datetime], *, threads: int = THREADS, wait: bool = True) -> None:
    """Run jobs until SIGTERM or SIGINT, or with `wait` false until none is left."""
    # Else there would be as many threads, and connections of Django, as the machine has cores, and four.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads, "job"))
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    worker = app.with_connector(connector)
    async with worker.open_async():
        rescuing = asyncio.create_task(_rescue(worker, clock))
        try:
            await worker.run_worker_async(
                concurrency=threads,
                wait=wait,
                listen_notify=False,
                fetch_job_polling_interval=POLL_SECONDS,
                abort_job_polling_interval=5.0,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
        finally:
            rescuing.cancel()


async def _rescue(worker: App, clock: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
            await _run_again(worker, job, clock)


async def _run_again(worker: App, job: Job, clock: Callable[[], datetime]) -> None:
    if job.attempts < MOST_RESCUES:
        await worker.job_manager.retry_job(job, retry_at=clock())
    else:
        await worker.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
