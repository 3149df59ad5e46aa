"""Jobs for tests, declared as a room would declare them, and a worker that does what waits."""

import asyncio
import os
import signal
import threading
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group
from django.db import connections

from dothi.foundation.jobs.declaring import job
from dothi.foundation.jobs.working import work


def do_waiting_jobs() -> None:
    """Run jobs until none is left, as a worker of this process."""
    # The threads of a worker end with its process; here they must give their connections back.
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0
    asyncio.run(_work())


async def _work() -> None:
    """Do them; the thread that defers jobs of the hour outlives a test, and must let go of its database."""
    await sync_to_async(connections.close_all)()
    try:
        await work(lambda: datetime.now(UTC), wait=False)
    finally:
        await sync_to_async(connections.close_all)()


@job("tests.note_group")
def note_group(*, name: str) -> None:
    """Create a group of this name."""
    Group.objects.create(name=name)


@job("tests.note_thread")
def note_thread(*, number: int) -> None:
    """Create a group named by the thread in which this runs."""
    Group.objects.create(name=f"{threading.current_thread().name} {number}")


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
