"""Reads of jobs, for the operator's page."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

FAILED = "failed"


_LETTERS = (Path(__file__).parent / "sql" / "dead_letters.sql").read_text()


@dataclass(frozen=True)
class DeadLetter:
    """A job that failed for good; `reason` is what was raised and where, empty where nobody knows."""

    number: int
    name: str
    ids: dict[str, int | str]
    attempts: int
    failed_at: datetime | None
    reason: str


def dead_letters(*, limit: int = 100) -> Sequence[DeadLetter]:
    """Return the jobs that failed for good, newest first; at most `limit`; one SQL statement."""
    return _letters(None, limit)


def dead_letter(number: int) -> DeadLetter | None:
    """Return the job of this number if it failed for good; one SQL statement."""
    found = _letters(number, 1) if number < 2**63 else []
    return found[0] if found else None


def _letters(number: int | None, limit: int) -> Sequence[DeadLetter]:
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, {"number": number, "limit": limit})
        return [DeadLetter(row[0], row[1], json.loads(row[2]), *row[3:]) for row in cursor.fetchall()]


def given_up(name: str, key: str, ids: Collection[UUID]) -> set[UUID]:
    """Return for which `ids`, given as `key`, the job `name` is a dead letter; one SQL statement, or none."""
    if not ids:
        return set()
    asked = {f"args__{key}__in": [str(one) for one in ids]}
    failed = ProcrastinateJob.objects.filter(status=FAILED, task_name=name, **asked)
    return {UUID(row.args[key]) for row in failed.order_by("id")}
