"""Minutes, hours and days of series, kept as batches come: a consumer of its own beside ingest."""

import asyncio
import contextlib
from typing import Final

import asyncpg

from dothi.telemetry import queue
from dothi.telemetry.store.writer import AGAIN_S, GONE

CONSUMER: Final = "rollup"
AT_ONCE: Final = 200
EVERY_S: Final = 30.0
"""How long batches gather, unless more wait than are taken: the minute under way is read again each time."""


async def keep(dsn: str) -> None:
    """Roll up what comes, until cancelled; again and again while the database is gone."""
    while True:
        with contextlib.suppress(*GONE):
            await _keep_once(dsn)
        await asyncio.sleep(AGAIN_S)


async def _keep_once(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await queue.register(connection, CONSUMER)
        while True:
            if await roll_up(connection) < AT_ONCE:
                await asyncio.sleep(EVERY_S)
    finally:
        connection.terminate()


async def roll_up(connection: asyncpg.Connection) -> int:
    """Roll up the oldest batches that wait, as one transaction; returns how many there were."""
    async with connection.transaction():
        batches = await queue.batches(connection, CONSUMER, AT_ONCE)
        if batches:
            await connection.execute("select telemetry.roll_up($1)", batches)
            await queue.done(connection, CONSUMER, batches)
    return len(batches)
