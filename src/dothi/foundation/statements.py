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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from json import loads
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Field, JSONField, Model

from dothi.foundation import sending

M = TypeVar("M", bound=Model)
Row = sending.Row
Fields = Sequence["Field[Any, Any]"]
Check = Callable[[Row | None], None]
"""Takes the first row of an answer, None where there is none; raises what that means."""


class Statement(NamedTuple):
    """One statement with its named parameters."""

    query: str
    params: Mapping[str, Any]
    check: Check | None = None
    strict: str = ""
    """The same query, failing where `check` would refuse its answer: PostgreSQL then refuses the commit."""


_COMMIT = Statement("commit", {})


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
            _send_last()
        finally:
            _kept.statements = None


def write(query: str, params: Mapping[str, Any], check: Check | None = None, strict: str = "") -> None:
    """
    Write in the caller's transaction; `check` sees the first row that comes back, when it does.

    `strict` is for a check that refuses the lack of a row, which means that a key was there already.
    """
    statement = Statement(query, params, check, strict)
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


def ask(*statements: Statement) -> Sequence[Sequence[Row]]:
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


def read(model: type[M], rest: str, params: Mapping[str, Any]) -> list[M]:
    """Return rows of a model as the mapper would; `rest` is the statement from its `where` on."""
    return made(model, ask(rows_of(model, rest, params))[0])


def rows_of(model: type[Model], rest: str, params: Mapping[str, Any]) -> Statement:
    """Return the statement that reads rows of a model, for `ask`; `made` makes them of the answer."""
    return Statement(f"{_selection(model).query} {rest}", params)


def made(model: type[M], rows: Iterable[Row]) -> list[M]:
    """Return rows of a model, of the answer to what `rows_of` asked."""
    names, json = _selection(model).names, _selection(model).json
    return [model.from_db("default", names, _parsed(row, json) if json else row) for row in rows]


def send() -> None:
    """Send what waits now, so that its checks speak here. Raises what they raise."""
    if _kept.statements:
        ask()


def _send_last() -> None:
    """
    Send what waits, and with it the commit, where PostgreSQL alone decides whether there will be one.

    A check speaks only when its answer is here, and that would be too late: what has one must be strict.
    Django finds nothing left to commit, and goes on with what is to follow a commit.
    """
    waited = _kept.statements
    if not waited or _is_part_of_more() or any(one.check and not one.strict for one in waited):
        send()
        return
    _kept.statements = None
    _run([*(one._replace(query=one.strict or one.query) for one in waited), _COMMIT])


def _is_part_of_more() -> bool:
    """Tell whether the transaction goes on after the block, or is not to be committed by it."""
    return len(connection.atomic_blocks) > 1 or not connection.commit_on_exit


def _behind_what_waits(execute: Callable[..., Any], *call: Any) -> Any:
    """Let a statement of Django run behind all that was written before it."""
    send()
    return execute(*call)


def _run(statements: Sequence[Statement]) -> Sequence[Sequence[Row]]:
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    database.close_if_health_check_failed()
    database.ensure_connection()
    if database.queries_logged:
        # Let those who count the statements of Django count these too.
        database.queries_log.extend(
            {"sql": one.query, "time": "0"} for one in statements if one is not _COMMIT
        )
    # Not Django's cursors: those bind in this process, so that nothing could be prepared.
    with database.wrap_database_errors:
        answers = sending.exchange(database.connection, [(one.query, one.params) for one in statements])
        # A refused answer says more than the error of a statement that built on it.
        for statement, rows in zip(statements, answers.rows, strict=False):
            if statement.check is not None:
                statement.check(rows[0] if rows else None)
        if answers.error is not None:
            _say_refusal(statements[len(answers.rows)], answers.error)
            raise answers.error
    return answers.rows


def _say_refusal(failed: Statement, error: psycopg.Error) -> None:
    """Raise what the check of a strict statement says of a key that was there already."""
    if failed.strict and failed.check is not None and isinstance(error, psycopg.errors.UniqueViolation):
        failed.check(None)


def columns(model: type[Model], alias: str) -> str:
    """Return the columns of a model under the alias of its table, for a statement that joins several."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in model._meta.concrete_fields)


class _Selection(NamedTuple):
    """How a model is read: the statement up to its table, the fields, and the places of JSON among them."""

    query: str
    names: Sequence[str]
    json: Sequence[int]


@cache
def _selection(model: type[Model]) -> _Selection:
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    # Django leaves JSON as text on its connections; every other type of ours psycopg loads itself.
    json = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    return _Selection(f"select {names} from {table}", [field.attname for field in fields], json)  # noqa: S608 - names of a model


def _parsed(row: Row, json: Sequence[int]) -> Row:
    values = list(row)
    for place in json:
        values[place] = None if values[place] is None else loads(values[place])
    return tuple(values)


@cache
def _insertion(model: type[Model]) -> tuple[str, Fields]:
    fields = [field for field in model._meta.concrete_fields if not field.has_db_default()]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = ", ".join(f"%({field.attname})s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    return f"insert into {table} ({names}) values ({values})", fields  # noqa: S608 - names of a model
