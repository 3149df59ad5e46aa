"""
What is known of series: their last values as of an instant, and their readings in a window of time.

Both take `known_at`: with it, only what was recorded by then counts ("as it was known"); without it, all that
is known today ("as it was"). With another driver ask the SQL functions of the same names, after
`telemetry.settle(known_at)` where a `known_at` may be a moment ago.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import asyncpg

from dothi.telemetry.queue import Told

BACK: Final = timedelta(days=1)


class Known(NamedTuple):
    """One reading of a series; either a number or words; `flags` as types.Flag."""

    series: int
    at: datetime
    value: float | None
    words: str | None
    flags: int
    batch: int
    recorded_at: datetime


async def latest(
    connection: asyncpg.Connection, at: datetime, known_at: datetime | None = None, *,
    back: timedelta = BACK, series: Sequence[int] | None = None,
) -> list[Told]:  # fmt: skip
    """Return the last good reading of each series in (at - back, at], by series; two statements."""
    await connection.execute("select telemetry.settle($1)", known_at)
    rows = await connection.fetch(
        "select * from telemetry.latest($1, $2, $3, $4)", at, known_at, back, series
    )
    return [Told(*row) for row in rows]


async def between(
    connection: asyncpg.Connection, series: Sequence[int], from_at: datetime, to_at: datetime,
    known_at: datetime | None = None,
) -> list[Known]:  # fmt: skip
    """Return the readings of series in [from_at, to_at), whatever their flags, by series and instant."""
    await connection.execute("select telemetry.settle($1)", known_at)
    rows = await connection.fetch(
        "select * from telemetry.readings_between($1, $2, $3, $4)", series, from_at, to_at, known_at
    )
    return [Known(*row) for row in rows]


async def numbers(connection: asyncpg.Connection, device: str) -> dict[str, int]:
    """Return the numbers of a device's series by the names of what they measure."""
    rows = await connection.fetch("select name, number from telemetry.series where device = $1", device)
    return {row["name"]: row["number"] for row in rows}
