"""The only writes of work lists: `post`, `follow`, `claim`, `release`, `finish`."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from dothi.foundation import statements
from dothi.foundation.tasks.errors import NoSuchTask, TaskTaken
from dothi.foundation.tasks.models import Task
from dothi.foundation.tasks.types import Work
from dothi.kernel.ids import new_id

_SQL = Path(__file__).parent / "sql"
_FOLLOW = (_SQL / "follow.sql").read_text()
_FINISH = (_SQL / "finish.sql").read_text()


def post(*, work: Work, at: datetime) -> None:
    """Put `work` on the list of its place, in the caller's transaction; posting it again changes nothing."""
    task = Task(
        key=work.key, unit_id=work.place.unit_id, duty=work.place.duty, title=work.title,
        facts=dict(work.facts), about=work.about, due_at=work.due_at, posted_at=at,
    )  # fmt: skip
    Task.objects.bulk_create([task], ignore_conflicts=True)


def follow(*, done: str, work: Work, at: datetime) -> None:
    """Take the task `done` off its list and put on the `work` that follows from it; one statement."""
    row: dict[str, Any] = {
        "done": done, "id": new_id(), "key": work.key, "unit_id": work.place.unit_id,
        "duty": work.place.duty, "title": work.title, "facts": Jsonb(dict(work.facts)),
        "about": work.about, "due_at": work.due_at, "at": at,
    }  # fmt: skip
    statements.write(_FOLLOW, row)


def claim(*, task_id: UUID, person_id: UUID, at: datetime) -> None:
    """Claim an open task; claiming one's own again changes nothing. Raises TaskTaken, NoSuchTask."""
    free = Task.objects.filter(id=task_id, claimed_by=None, finished_at=None)
    if free.update(claimed_by=person_id, claimed_at=at) == 1:
        return
    task = Task.objects.filter(id=task_id).first()
    if task is None:
        raise NoSuchTask(task=task_id)
    if task.claimed_by != person_id or task.finished_at is not None:
        raise TaskTaken(task=task_id)


def release(*, task_id: UUID, person_id: UUID) -> None:
    """Give a claimed task back to the list; one that is not claimed by this person stays as it is."""
    own = Task.objects.filter(id=task_id, claimed_by=person_id, finished_at=None)
    own.update(claimed_by=None, claimed_at=None)


def move(*, key: str, due_at: datetime) -> None:
    """Give an open task another deadline, e.g. when its clock starts afresh."""
    Task.objects.filter(key=key, finished_at=None).update(due_at=due_at)


def finish(*, key: str, at: datetime) -> None:
    """Take a task off the list; one that is finished or was never posted stays as it is."""
    statements.write(_FINISH, {"key": key, "at": at})
