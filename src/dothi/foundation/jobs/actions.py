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
    statements.write(*deferral(name, not_before=not_before, **ids))


def deferral(name: str, /, *, not_before: datetime | None = None, **ids: Id) -> statements.Statement:
    """
    Return the statement of `defer`, for a room whose own statement says whether there is a job at all.

    It has no `from`: with one, the job is deferred once for each row. Its parameters begin with `job_`.
    Raises what `defer` raises.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a job belongs to the transaction of its act")
    try:
        job = app.configure_task(name, allow_unknown=False).job
    except TaskNotFound as error:
        raise NoSuchJob(name) from error
    args = Jsonb({key: _plain(key, value) for key, value in ids.items()})
    row = {"job_queue": job.queue, "job_name": name, "job_priority": job.priority, "job_args": args,
           "job_at": not_before}  # fmt: skip
    return statements.Statement(_DEFER, row)


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
