"""Jobs for tests, declared as a room would declare them."""

import os
import signal

from django.contrib.auth.models import Group

from dothi.foundation.jobs.declaring import job


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
