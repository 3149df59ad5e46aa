"""Readings as rows of PostgreSQL's binary COPY, and which of them are new."""

import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import asyncpg

from dothi.telemetry.store.statements import sql

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
POSTGRES_US: Final = 946_684_800_000_000
"""Microseconds from 1970 to 2000, where PostgreSQL counts from."""
BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
NUMBER: Final[Callable[..., bytes]] = struct.Struct(">hiqidiiiii").pack
WORDS: Final[Callable[..., bytes]] = struct.Struct(">hiqiiiiii").pack


class Row(NamedTuple):
    """One reading; `at_us` in microseconds since 1970."""

    series: int
    at_us: int
    value: float | None
    words: str | None


async def fresh(connection: asyncpg.Connection, rows: Iterable[Row]) -> list[Row]:
    """
    Return the rows that are not there yet, one for each series and instant; the first one counts.

    Locks the series' last values, so that nobody else adds readings to them meanwhile. Only what is not
    later than the last value is looked for among the readings: one statement, or two where there is some.
    """
    once: dict[tuple[int, int], Row] = {}
    for row in rows:
        once.setdefault((row.series, row.at_us), row)
    numbers = sorted({series for series, _ in once})
    told = await connection.fetch(sql("last_lock"), numbers)
    last = {row["series"]: us(row["at"]) for row in told if row["at"] is not None}
    late = [key for key in once if key[0] in last and key[1] <= last[key[0]]]
    for known in await _already(connection, late):
        del once[known]
    return list(once.values())


async def _already(
    connection: asyncpg.Connection, keys: Collection[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    if not keys:
        return []
    instants = [instant(at_us) for _, at_us in keys]
    told = await connection.fetch(
        sql("already"), [series for series, _ in keys], instants, min(instants), max(instants)
    )
    return [(row["series"], us(row["at"])) for row in told]


def copied(rows: Iterable[Row], batch: int) -> bytes:
    """Return rows as binary COPY of (at, value, series, batch, words)."""
    return b"".join((BEGIN, *(_packed(row, batch) for row in rows), END))


def _packed(row: Row, batch: int) -> bytes:
    at = row.at_us - POSTGRES_US
    if row.words is None:
        return NUMBER(5, 8, at, 8, row.value, 4, row.series, 4, batch, -1)
    words = row.words.encode()
    return WORDS(5, 8, at, -1, 4, row.series, 4, batch, len(words)) + words


def latest(rows: Iterable[Row]) -> list[Row]:
    """Return the latest row of each series."""
    found: dict[int, Row] = {}
    for row in rows:
        if row.series not in found or found[row.series].at_us < row.at_us:
            found[row.series] = row
    return list(found.values())


def instant(at_us: int) -> datetime:
    """Return microseconds since 1970 as an instant, exactly."""
    return EPOCH + timedelta(microseconds=at_us)


def us(at: datetime) -> int:
    """Return an instant as microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)
