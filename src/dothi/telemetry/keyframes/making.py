"""Keyframes are made when their span is over, and made anew where something comes late."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from dothi.telemetry.keyframes import filling
from dothi.telemetry.keyframes.memory import give_back
from dothi.telemetry.store.statements import sql
from dothi.telemetry.store.writer import AGAIN_S, GONE, Clock

WIDTHS: Final = tuple(timedelta(minutes=one) for one in (1440, 360, 60, 10, 1))
"""Spans that a keyframe may have, each a multiple of the next."""
MOST: Final = 50_000
"""Readings in a span for which a narrower one would not answer sooner."""
SETTLED: Final = timedelta(minutes=2)
"""So long after its end a span is announced: what comes later is late."""
EVERY_S: Final = 30.0
BUSY_S: Final = 0.5
AT_ONCE: Final = 100
LATE_AT_ONCE: Final = 50_000


async def keep(dsn: str, clock: Clock) -> None:
    """Make keyframes as time goes on, until cancelled; again and again while the database is gone."""
    while True:
        with contextlib.suppress(*GONE):
            connection = await asyncpg.connect(dsn)
            try:
                while True:
                    while await turn(connection, clock()):
                        await asyncio.sleep(BUSY_S)
                    await asyncio.to_thread(give_back)
                    await asyncio.sleep(EVERY_S)
            finally:
                connection.terminate()
        await asyncio.sleep(AGAIN_S)


async def make_all(connection: asyncpg.Connection, now: datetime) -> None:
    """Make all keyframes that are due at `now`, waiting for who writes."""
    while await turn(connection, now):
        await asyncio.sleep(0.05)


async def turn(connection: asyncpg.Connection, now: datetime) -> bool:
    """
    Fill what is announced, take in what came late, announce what is due; each a transaction of its own.

    Tells whether there was or will be more to do at `now`.
    """
    busy = False
    for row in await connection.fetch(sql("keyframes_ready")):
        await filling.fill(connection, row["from_at"], now)
        busy = True
    taken = await filling.take_late(connection, LATE_AT_ONCE, now)
    busy |= (
        taken == LATE_AT_ONCE
    )  # else all is taken, and who waits for the end would wait as long as some come
    for _ in range(AT_ONCE):
        span = await due(connection, now)
        if span is None:
            break
        await connection.execute("select telemetry.announce_keyframe($1, $2)", *span)
    await connection.execute(sql("keyframe_fence"))
    waits = await connection.fetchval("select exists (select from telemetry.keyframe where made_at is null)")
    return busy or bool(waits)


async def due(connection: asyncpg.Connection, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the next span that is over: the widest that has not too many readings; None if there is none."""
    row = await connection.fetchrow(sql("keyframe_next"), now)
    if row is None:
        return None
    over = now - SETTLED
    for width in _fitting(row["begins"], row["next"]):
        end: datetime = row["begins"] + width
        if width == WIDTHS[-1] or await _few(connection, row["begins"], min(end, over)):
            return (row["begins"], end) if end <= over else None
    return None


def _fitting(begins: datetime, following: datetime | None) -> Iterator[timedelta]:
    """Return the widths that a span from `begins` may have, before the one that follows; the widest first."""
    since = begins - datetime(1970, 1, 1, tzinfo=UTC)
    for width in WIDTHS:
        if since % width == timedelta() and (following is None or begins + width <= following):
            yield width


async def _few(connection: asyncpg.Connection, from_at: datetime, to_at: datetime) -> bool:
    found: int = await connection.fetchval(sql("enough"), from_at, to_at, MOST + 1)
    return found <= MOST
