"""
Declaring a job: `@job("room.verb_noun", retries=8)` over a function that takes ids, or
`@periodic("room.verb_noun", cron="12 20 * * *")` over one that takes nothing.
"""

from collections.abc import Callable

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from dothi.foundation.jobs.failing import keeping_why

RETRIES = 8
BACKOFF_BASE = 3
"""Waits of 3, 9, 27, … seconds; eight of them reach almost three hours."""

Work = Callable[..., None]


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare the function below as the job `name` that runs by itself at the times of `cron` (UTC)."""

    def declare(work: Callable[[], None]) -> Callable[[], None]:
        def run(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - each time is deferred once
            with keeping_why(context.job.id or 0):
                work()

        app.periodic(cron=cron)(app.task(name=name, pass_context=True)(run))
        return work

    return declare


def job(name: str, *, retries: int = RETRIES, queue: str = "default") -> Callable[[Work], Work]:
    """
    Declare the function below as the job `name`; it must bear being run twice.

    It takes the ids of `defer` as keyword arguments: int as int, UUID and str as str. When it
    raises, it runs again after a growing wait, `retries` times; then it is a dead letter.
    """

    def declare(work: Work) -> Work:
        # procrastinate takes zero attempts for endless ones.
        retry = RetryStrategy(max_attempts=retries, exponential_wait=BACKOFF_BASE) if retries else False

        def run(context: JobContext, /, **ids: int | str) -> None:
            with keeping_why(context.job.id or 0):
                work(**ids)

        app.task(name=name, queue=queue, retry=retry, pass_context=True)(run)
        return work

    return declare
