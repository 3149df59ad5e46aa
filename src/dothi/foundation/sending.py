"""
Sending statements over one connection: prepared when first seen, any number in one round trip.

psycopg's cursors can do the same, but take a wait, a cursor and five generators for each statement, which was
two fifths of what an act cost a worker (ADR 0014). Here a pipeline of libpq is filled, waited for once
and read, with psycopg's own adapters for the values on both ways. A transaction is begun where psycopg
would begin one.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
Asked = tuple[str, Mapping[str, Any]]
"""A query and its named parameters."""

_BEGIN: Asked = ("begin", {})
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
MOST_PREPARED = 300
"""
Statements that a connection keeps prepared, those used last.

One statement counts for each set of types of its values, and a value that is sometimes none doubles them;
each takes some kilobytes of its PostgreSQL process.
"""
_numbers = count()


class Answers(NamedTuple):
    """The rows of each statement up to the first that failed, and how that one failed."""

    rows: Sequence[Sequence[Row]]
    error: psycopg.Error | None


class _Key(NamedTuple):
    """What a statement is prepared by: its words, and the types that its values have this time."""

    query: bytes
    types: tuple[int, ...]


class _Bound(NamedTuple):
    """A statement with its values as they go over the wire."""

    key: _Key
    values: Sequence[Buffer | None]
    formats: Sequence[Format]


def exchange(raw: psycopg.Connection[Any], asked: Sequence[Asked]) -> Answers:
    """
    Run statements in one round trip and in their order; after one that fails, none is run.

    Raises psycopg's errors for values that cannot be sent and for a connection that is lost.
    """
    with raw.lock:
        if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
            begun = _session_of(raw).run([_BEGIN, *asked])
            return Answers(begun.rows[1:], begun.error)
        return _session_of(raw).run(asked)


class _Session:
    """What this thread knows of one connection: how its values are written, and what it has prepared."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self._values = Transformer(raw)
        self._names: dict[_Key, bytes] = {}

    def run(self, asked: Sequence[Asked]) -> Answers:
        """Run statements in one pipeline."""
        bound = [self._bind(query, params) for query, params in asked]
        old = self._make_room()
        with _pipeline(self.raw):
            for name in old:
                self.raw.pgconn.send_close_prepared(name)
            fresh = self._send(bound)
            results = self.raw.wait(_results(self.raw, len(old) + len(fresh) + len(bound)))
        if len(results) != len(old) + len(fresh) + len(bound):
            raise psycopg.OperationalError("PostgreSQL did not answer each statement of a pipeline")
        results = results[len(old) :]
        for key, result in zip(fresh, results[: len(fresh)], strict=True):
            if result.status in _DONE:
                self._names[key] = fresh[key]
        return self._answers(results, len(fresh))

    def _make_room(self) -> list[bytes]:
        """Forget statements that were not used for longest, where there are too many; return their names."""
        old = list(self._names)[: max(0, len(self._names) - MOST_PREPARED)]
        return [self._names.pop(key) for key in old]

    def _bind(self, query: str, params: Mapping[str, Any]) -> _Bound:
        words, names = _translated(query)
        values = self._values.dump_sequence([params[name] for name in names], [PyFormat.AUTO] * len(names))
        return _Bound(_Key(words, tuple(self._values.types or ())), values, self._values.formats or ())

    def _send(self, bound: Sequence[_Bound]) -> dict[_Key, bytes]:
        """Put all into the pipeline, first what must be prepared; return the names given to that."""
        wire, known = self.raw.pgconn, self._names
        fresh = {one.key: b"dothi_%d" % next(_numbers) for one in bound if one.key not in known}
        for key, name in fresh.items():
            wire.send_prepare(name, key.query, key.types)
        for one in bound:
            if one.key in known:
                known[one.key] = known.pop(one.key)  # those used last come last
            wire.send_query_prepared(known.get(one.key) or fresh[one.key], one.values, one.formats)
        wire.pipeline_sync()
        return fresh

    def _answers(self, results: Sequence[PGresult], prepared: int) -> Answers:
        rows = list[Sequence[Row]]()
        for place, result in enumerate(results):
            if result.status not in _DONE:
                return Answers(rows, self._failed(result))
            if place >= prepared:
                rows.append(self._rows(result))
        return Answers(rows, None)

    def _rows(self, result: PGresult) -> Sequence[Row]:
        if not result.ntuples:
            return []
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _failed(self, result: PGresult) -> psycopg.Error:
        error = error_from_result(result)
        if isinstance(error, InvalidSqlStatementName | FeatureNotSupported):
            # Somebody said `deallocate all` here, or changed a table that a plan reads: prepare anew.
            self._names.clear()
        return error


class _Here(threading.local):
    """The session of this thread's connection: Django gives each thread its own."""

    session: _Session | None = None


_here = _Here()


def _session_of(raw: psycopg.Connection[Any]) -> _Session:
    if _here.session is None or _here.session.raw is not raw:
        _here.session = _Session(raw)
    return _here.session


@contextmanager
def _pipeline(raw: psycopg.Connection[Any]) -> Iterator[None]:
    raw.pgconn.enter_pipeline_mode()
    try:
        yield
        raw.pgconn.exit_pipeline_mode()
    except BaseException:
        # Answers may be on their way that nobody will read: this connection is of no more use.
        if raw.pgconn.status == ConnStatus.OK:
            raw.close()
        raise


def _results(raw: psycopg.Connection[Any], number: int) -> PQGen[list[PGresult]]:
    """Wait for `number` results and for the end of the pipeline."""
    yield from send(raw.pgconn)
    results = list[PGresult]()
    for _ in range(number):
        results += yield from fetch_many(raw.pgconn)
    yield from fetch_many(raw.pgconn)
    return results


@lru_cache(maxsize=1000)
def _translated(query: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a query with its parameters numbered as PostgreSQL wants them, and their names in that order."""
    names: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        name = match[1]
        return f"${names.setdefault(name, len(names) + 1)}" if name else "%"

    return re.sub(r"%(?:%|\((\w+)\)s)", numbered, query).encode(), tuple(names)
