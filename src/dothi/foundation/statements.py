"""
Statements of one act, sent together.

An act writes some eight rows in as many rooms, and waiting for the answer to each costs more than the
rows. Inside `together()` a statement that nobody waits for is kept and goes to PostgreSQL in one
pipeline with all others: when an answer is asked for, before any other statement of Django, and at the
latest before the commit. Their order stays the order in which they were written, so a room need not
know whether it is part of a greater act. Elsewhere each statement goes at once.

All are prepared once for each connection. Why and what was measured: ADR 0014.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import psycopg
from django.db import connection, transaction
from django.db.models import Field, Model

Row = tuple[Any, ...]
Fields = Sequence["Field[Any, Any]"]
Check = Callable[[Row | None], None]
"""Takes the first row of an answer, None where there is none; raises what that means."""


class Statement(NamedTuple):
    """One statement with its named parameters."""

    query: str
    params: Mapping[str, Any]
    check: Check | None = None


class _Kept(threading.local):
    """What waits to be sent in this thread; None outside `together()`."""

    statements: list[Statement] | None = None


_kept = _Kept()


@contextmanager
def together() -> Iterator[None]:
    """
    Be one transaction, and send what is written in the block together.

    Inside a greater one it is simply part of that: no savepoint. Raises what the checks raise.
    """
    if _kept.statements is not None:
        yield
        return
    with transaction.atomic(), connection.execute_wrapper(_behind_what_waits):
        _kept.statements = []
        try:
            yield
            send()
        finally:
            _kept.statements = None


def write(query: str, params: Mapping[str, Any], check: Check | None = None) -> None:
    """Write in the caller's transaction; `check` sees the first row that comes back, when it does."""
    statement = Statement(query, params, check)
    if _kept.statements is None:
        _run([statement])
    else:
        _kept.statements.append(statement)


def insert(row: Model) -> None:
    """Write a new row of a model; a column that the database fills in is left to it."""
    query, fields = _insertion(type(row))
    params = {
        field.attname: field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
    }
    write(query, params)


def ask(*statements: Statement) -> list[list[Row]]:
    """Return the rows of each statement; one round trip, also for all that waited."""
    waited, _kept.statements = _kept.statements, None
    try:
        return _run([*(waited or ()), *statements])[len(waited or ()) :]
    finally:
        _kept.statements = None if waited is None else []


def ask_one(query: str, params: Mapping[str, Any]) -> Row | None:
    """Return the first row of one statement, or None; one round trip, also for all that waited."""
    rows = ask(Statement(query, params))[0]
    return rows[0] if rows else None


def send() -> None:
    """Send what waits now, so that its checks speak here. Raises what they raise."""
    if _kept.statements:
        ask()


def _behind_what_waits(execute: Callable[..., Any], *call: Any) -> Any:
    """Let a statement of Django run behind all that was written before it."""
    send()
    return execute(*call)


def _run(statements: Sequence[Statement]) -> list[list[Row]]:
    connection.validate_no_broken_transaction()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.queries_logged:
        # Let those who count the statements of Django count these too.
        connection.queries_log.extend({"sql": one.query, "time": "0"} for one in statements)
    with connection.wrap_database_errors:
        cursors = _executed(connection.connection, statements)
        answers = [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    for statement, rows in zip(statements, answers, strict=True):
        if statement.check is not None:
            statement.check(rows[0] if rows else None)
    return answers


def _executed(raw: psycopg.Connection[Any], statements: Sequence[Statement]) -> list[psycopg.Cursor[Row]]:
    if len(statements) == 1:
        return [_execute(raw, statements[0])]
    with raw.pipeline():
        return [_execute(raw, statement) for statement in statements]


def _execute(raw: psycopg.Connection[Any], statement: Statement) -> psycopg.Cursor[Row]:
    # Not Django's cursor: that one binds in this process, so that nothing could be prepared.
    return psycopg.Cursor(raw).execute(statement.query.encode(), statement.params, prepare=True)


@cache
def _insertion(model: type[Model]) -> tuple[str, Fields]:
    fields = [field for field in model._meta.concrete_fields if not field.has_db_default()]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = ", ".join(f"%({field.attname})s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    return f"insert into {table} ({names}) values ({values})", fields  # noqa: S608 - names of a model
