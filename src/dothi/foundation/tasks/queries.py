"""Reads of work lists."""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from dothi.foundation.tasks.models import Task
from dothi.foundation.tasks.types import Place, TaskRow

MOST = 100


def work_list(
    places: Collection[Place], *, claimed_by: UUID | None = None, limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> list[TaskRow]:  # fmt: skip
    """
    Return open tasks of these places, by deadline, then id; at most `limit` (100); one statement.

    `claimed_by` keeps one person's; `after` is deadline and id of the last row already shown.
    """
    if not places:
        return []
    rows = Task.objects.filter(_at(places), finished_at=None).order_by("due_at", "id")
    if claimed_by is not None:
        rows = rows.filter(claimed_by=claimed_by)
    if after is not None:
        rows = rows.filter(due_at__gte=after[0]).exclude(due_at=after[0], id__lte=after[1])
    return [_row(task) for task in rows[: min(limit, MOST)]]


def open_about(urn: str) -> list[TaskRow]:
    """Return the open tasks about one thing, by deadline, then id; at most 100; one statement."""
    rows = Task.objects.filter(about=urn, finished_at=None).order_by("due_at", "id")
    return [_row(task) for task in rows[:MOST]]


def _at(places: Collection[Place]) -> Q:
    return reduce(or_, (Q(unit_id=place.unit_id, duty=place.duty) for place in places))


def _row(task: Task) -> TaskRow:
    place = Place(task.unit_id, task.duty)
    return TaskRow(
        task.id, place, task.title, task.facts, task.about, task.due_at, task.claimed_by
    )  # fmt: skip
