"""Reads of jobs, for the operator's page."""

from collections.abc import Sequence
from dataclasses import dataclass

from procrastinate.contrib.django.models import ProcrastinateJob


@dataclass(frozen=True)
class DeadLetter:
    """A job that failed for good."""

    number: int
    name: str
    ids: dict[str, int | str]
    attempts: int


def dead_letters(*, limit: int = 100) -> Sequence[DeadLetter]:
    """Return the jobs that failed for good, newest first; at most `limit`; one SQL statement."""
    failed = ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:limit]
    return [DeadLetter(row.id, row.task_name, row.args, row.attempts) for row in failed]
