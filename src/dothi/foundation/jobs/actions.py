"""Deferring a job in the transaction of the act that needs it, and waking a dead letter."""

import re
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import TaskNotFound

from dothi.foundation.jobs.errors import NoSuchJob, NotAnId

Id = UUID | int | str

_VISIBLE = re.compile(r"[!-~]{1,200}")


def defer(name: str, /, *, not_before: datetime | None = None, **ids: Id) -> int:
    """
    Defer the job `name` and return its number; it runs only if the caller's transaction commits.

    Raises NoSuchJob, NotAnId, TransactionManagementError outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a job belongs to the transaction of its act")
    try:
        task = app.configure_task(name, allow_unknown=False, schedule_at=not_before)
    except TaskNotFound as error:
        raise NoSuchJob(name) from error
    return task.defer(**{key: _plain(key, value) for key, value in ids.items()})


def wake(job_number: int, *, at: datetime) -> None:
    """Let a dead letter run again. Raises procrastinate's ConnectorException when it is not one."""
    app.job_manager.retry_job_by_id(job_number, retry_at=at)


def _plain(key: str, value: Id) -> int | str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise NotAnId(key)
    if isinstance(value, str) and not _VISIBLE.fullmatch(value):
        raise NotAnId(key)
    return value
