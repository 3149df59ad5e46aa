"""Jobs for tests, declared as a room would declare them, and a worker that does what waits."""

import asyncio
import os
import signal
from datetime import UTC, datetime

from django.contrib.auth.models import Group
from django.db import connections

from dothi.foundation.jobs.declaring import job
from dothi.foundation.jobs.working import work


def do_waiting_jobs() -> None:
    """Run jobs until none is left, as a worker of this process."""
    # The threads of a worker end with its process; here they must give their connections back.
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0
    asyncio.run(work(lambda: datetime.now(UTC), wait=False))


@job("tests.note_group")
def note_group(*, name: str) -> None:
    """Create a group of this name."""
    Group.objects.create(name=name)


@job("tests.fail", retries=0)
def fail(*, number: int) -> None:
    """Fail for good."""
    raise ValueError(number)


@job("tests.die_once")
def die_once(*, name: str) -> None:
    """Kill the worker the first time, as the machine might."""
    _, created = Group.objects.get_or_create(name=name)
    if created:
        os.kill(os.getpid(), signal.SIGKILL)
    Group.objects.filter(name=name).update(name=f"{name}-done")
