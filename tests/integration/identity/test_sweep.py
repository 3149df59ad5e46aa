"""Whether what has ended goes away at night, and what has not stays."""

import asyncio
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from dothi.foundation.clock import now
from dothi.foundation.identity.models import Attempt
from tests.support.jobs import do_waiting_jobs

NAME = "identity.sweep"


def left_by_visitors() -> None:
    """Leave one session and one count that have ended, and one of each that have not."""
    for name, moment in (("ended", now() - timedelta(days=2)), ("open", now() + timedelta(hours=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=moment)
        Attempt.objects.create(bucket=name.encode(), count=1, since=moment)


async def deferred(night: datetime) -> list[bool]:
    """Tell of two workers that both see that night has come, whether each deferred the job."""
    second = int(night.timestamp())
    async with app.with_connector(PsycopgConnector(kwargs=connector_params())).open_async() as worker:
        [task] = [
            one.task for one in worker.periodic_registry.periodic_tasks.values() if one.task.name == NAME
        ]
        job = task.configure(task_kwargs={"timestamp": second}).job
        defer = worker.job_manager.defer_periodic_job
        return [await defer(job, periodic_id="", defer_timestamp=second) is not None for _ in range(2)]


class TestSweep:
    def test_runs_each_night_and_once(self, fresh_database: str) -> None:
        left_by_visitors()
        assert asyncio.run(deferred(datetime(2026, 11, 22, 20, 12, tzinfo=UTC))) == [True, False]
        do_waiting_jobs()
        assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
        assert [bytes(row.bucket) for row in Attempt.objects.all()] == [b"open"]
