"""The policy followed once a day, in the night of Vietnam; each run and what came of it stands in a table."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from dothi.telemetry.archive import retention
from dothi.telemetry.store.writer import GONE

NIGHT: Final = time(18, 30)
"""UTC: half past one in Vietnam, when few read and write."""
LOOK_S: Final = 300.0
"""How often it is looked whether the hour has come: a clock may jump, a machine may have slept."""
log = logging.getLogger(__name__)


class Run(NamedTuple):
    """One run: how many steps it took, how many a hold forbade, and which failed and why."""

    begun_at: datetime
    ended_at: datetime | None
    steps: int
    held: int
    failures: list[str]


async def follow(dsn: str, folder: Path, clock: Callable[[], datetime]) -> None:
    """Follow the policy once a night, until cancelled; a night that was missed is made up for at once."""
    while True:
        try:
            await run_if_due(dsn, folder, clock)
        except (*GONE, asyncpg.PostgresError) as trouble:
            log.warning("readings are not kept as the policy says: %s", trouble)
        await asyncio.sleep(LOOK_S)


async def run_if_due(dsn: str, folder: Path, clock: Callable[[], datetime]) -> Run | None:
    """Follow the policy if it was not since last night, and nobody else does; returns what came of it."""
    connection = await asyncpg.connect(dsn)
    try:
        before, now = await last(connection), clock()
        # One that was killed has no end, and one from ahead says that the clock was wrong: neither counts.
        if before and before.ended_at and night_before(now) <= before.begun_at <= now:
            return None
        return await run(connection, folder, clock)
    finally:
        await connection.close()


async def run(connection: asyncpg.Connection, folder: Path, clock: Callable[[], datetime]) -> Run | None:
    """Follow the policy now, and keep what came of it; None where somebody else is at it."""
    if not await connection.fetchval("select pg_try_advisory_lock(hashtext('telemetry.keeping'))"):
        return None
    try:
        number = await connection.fetchval(_BEGIN, clock())
        try:
            steps = await retention.plan(connection, clock().date())
            failures = await retention.take(connection, steps, folder, at=clock())
        except Exception as trouble:
            await connection.execute(_END, number, clock(), 0, 0, [f"{type(trouble).__name__}: {trouble}"])
            raise
        held = sum(step.held for step in steps)
        await connection.execute(_END, number, clock(), len(steps) - held, held, failures)
    finally:
        await connection.execute("select pg_advisory_unlock(hashtext('telemetry.keeping'))")
    return await last(connection)


async def last(connection: asyncpg.Connection) -> Run | None:
    """Return the last run; one statement."""
    row = await connection.fetchrow(_LAST)
    return Run(*row) if row else None


def night_before(at: datetime) -> datetime:
    """Return when the last night's run was due."""
    night = datetime.combine(at.date(), NIGHT, at.tzinfo)
    return night if night <= at else night - timedelta(days=1)


_BEGIN: Final = "insert into telemetry.keeping (begun_at) values ($1) returning number"
_END: Final = """
update telemetry.keeping set ended_at = $2, steps = $3, held = $4, failures = $5 where number = $1"""
_LAST: Final = """
select begun_at, ended_at, steps, held, failures from telemetry.keeping order by number desc limit 1"""
