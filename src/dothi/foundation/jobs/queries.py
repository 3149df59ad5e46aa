"""Reads of jobs, for the operator's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob

FAILED = "failed"


@dataclass(frozen=True)
class DeadLetter:
    """A job that failed for good."""

    number: int
    name: str
    ids: dict[str, int | str]
    attempts: int


def dead_letters(*, limit: int = 100) -> Sequence[DeadLetter]:
    """Return the jobs that failed for good, newest first; at most `limit`; one SQL statement."""
    failed = ProcrastinateJob.objects.filter(status=FAILED).order_by("-id")[:limit]
    return [DeadLetter(row.id, row.task_name, row.args, row.attempts) for row in failed]


def given_up(name: str, key: str, ids: Collection[UUID]) -> set[UUID]:
    """Return for which `ids`, given as `key`, the job `name` is a dead letter; one SQL statement, or none."""
    if not ids:
        return set()
    asked = {f"args__{key}__in": [str(one) for one in ids]}
    failed = ProcrastinateJob.objects.filter(status=FAILED, task_name=name, **asked)
    return {UUID(row.args[key]) for row in failed.order_by("id")}
