"""
Filling a keyframe: from the one before it and the readings since; where there is none, from readings alone.

What comes late is filled into the keyframe that it belongs to, and into those after it until one is the same
with it. A keyframe is locked while it is filled, those of one transaction in the order of their spans.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import asyncpg

from dothi.context.turns import MANY, aside
from dothi.telemetry.keyframes.columns import NOTHING, REACH, Columns, joined, ordered, read
from dothi.telemetry.keyframes.needed import needed
from dothi.telemetry.keyframes.packing import packed, unpacked
from dothi.telemetry.store.rows import us
from dothi.telemetry.store.statements import sql

Row = Mapping[str, Any]
PLANNED: Final = "set local plan_cache_mode = force_custom_plan"
"""Readings are planned for the days that are asked: else every partition would be locked and looked at."""
HELD: Final = ("series", "at", "recorded_at", "value", "flags")
One = TypeVar("One")


async def fill(connection: asyncpg.Connection, from_at: datetime, now: datetime) -> None:
    """Fill a keyframe that was announced; one that is filled stays as it is."""
    async with connection.transaction():
        await connection.execute(PLANNED)
        await _filled(connection, from_at, now, NOTHING)


async def take_late(connection: asyncpg.Connection, most: int, now: datetime) -> int:
    """Take what came late, the earliest first, at most so much of it; returns how much was taken."""
    async with connection.transaction():
        await connection.execute(PLANNED)
        row = await connection.fetchrow(sql("keyframe_late"), most)
        late = ordered(read(row[:5]))
        if len(late.series):
            await _fill_anew(connection, late, row["earliest"], now)
        return len(late.series)


async def _fill_anew(
    connection: asyncpg.Connection, late: Columns, earliest: datetime, now: datetime
) -> None:
    reached, changed = late.at_us.min(), False
    for span in await connection.fetch(sql("keyframes_since"), earliest):
        ends = us(span["until"])
        if changed or ((late.at_us >= reached) & (late.at_us < ends)).any():
            some = late.only(late.at_us < ends)
            changed = await _filled(connection, span["from_at"], now, some)
        reached = ends


async def _filled(connection: asyncpg.Connection, from_at: datetime, now: datetime, late: Columns) -> bool:
    """Fill a keyframe with its readings and `late` ones; tells whether those after it may be others, too."""
    mine = await connection.fetchrow(sql("keyframe_lock"), from_at)
    if mine is None:  # the policy has let it go meanwhile
        return True
    before = await connection.fetchrow(sql("keyframe_before"), from_at)
    held, parts = _held(mine), [_held(before), _held(mine), late]
    if mine["made_at"] is None:
        since = from_at if before else from_at - REACH
        told = await connection.fetchrow(sql("keyframe_readings"), since, mine["until"])
        parts.append(ordered(read(told)))
    lookback = dict(await connection.fetch(sql("lookbacks")))
    filled = await _aside(parts, lambda: needed(joined(parts), us(from_at), lookback))
    if mine["made_at"] is not None and filled.same_readings(held):
        return False
    columns = await _aside([filled], lambda: packed(filled))
    await connection.execute(sql("keyframe_fill"), from_at, *columns, now, (before or mine)["since"])
    return True


async def _aside(parts: Sequence[Columns], work: Callable[[], One]) -> One:
    return await aside(sum(len(one.series) for one in parts) > MANY, work)


def _held(row: Row | None) -> Columns:
    """Return what a keyframe holds: nothing where there is none, or none is filled."""
    return NOTHING if row is None or row["made_at"] is None else unpacked([row[one] for one in HELD])
