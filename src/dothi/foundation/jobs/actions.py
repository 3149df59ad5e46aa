"""Deferring a job in the transaction of the act that needs it, and waking a dead letter."""

import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import TaskNotFound
from psycopg.types.json import Jsonb

from dothi.foundation import statements
from dothi.foundation.jobs.errors import NoSuchJob, NotAnId

Id = UUID | int | str

_DEFER = (Path(__file__).parent / "sql" / "defer.sql").read_text()
_VISIBLE = re.compile(r"[!-~]{1,200}")


def defer(name: str, /, *, not_before: datetime | None = None, **ids: Id) -> None:
    """
    Defer the job `name`; it runs only if the caller's transaction commits.

    Raises NoSuchJob, NotAnId, TransactionManagementError outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a job belongs to the transaction of its act")
    try:
        job = app.configure_task(name, allow_unknown=False).job
    except TaskNotFound as error:
        raise NoSuchJob(name) from error
    args = Jsonb({key: _plain(key, value) for key, value in ids.items()})
    row = {"queue": job.queue, "name": name, "priority": job.priority, "args": args, "at": not_before}
    statements.write(_DEFER, row)


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
