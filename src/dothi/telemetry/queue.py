"""
What was stored, handed to those who want to hear of each batch: at least once, whoever is killed.

Each consumer has rows of its own in `telemetry.pending`, added in the transaction of the batch. Who takes
batches holds their rows until the end of the transaction; several may take for one consumer at a time.
Batches come roughly, not strictly, in the order of their commits. Consumers with Django call the same SQL
functions (`telemetry.take`, `readings_of`, `done`) in the transaction of what they write.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from dothi.telemetry.store.writer import AGAIN_S, GONE

CHANNEL: Final = "telemetry_batch"
AT_ONCE: Final = 20
"""Batches that are taken together: at most some 100,000 readings."""
ANEW_S: Final = 10.0
"""How often a consumer looks without being told, should a notice have been missed."""


class Told(NamedTuple):
    """One reading of a batch. Either a number or words; `flags` as types.Flag."""

    series: int
    device: str
    name: str
    at: datetime
    value: float | None
    words: str | None
    flags: int
    batch: int
    recorded_at: datetime


@dataclass(frozen=True)
class Taken:
    """Batches and all their readings, by instant and series; nothing where nothing waits."""

    batches: Sequence[int]
    readings: Sequence[Told]


async def register(connection: asyncpg.Connection, consumer: str) -> None:
    """Let a consumer hear of each batch from now on; harmless if it does already."""
    await connection.execute(
        "insert into telemetry.consumer (name) values ($1) on conflict do nothing", consumer
    )


@contextlib.asynccontextmanager
async def taken(connection: asyncpg.Connection, consumer: str, most: int = AT_ONCE) -> AsyncIterator[Taken]:
    """
    Take the oldest batches that wait, as one transaction: done if the block ends well, waiting again if not.

    Three statements. What the block writes through `connection` commits together with it.
    """
    async with connection.transaction():
        told = await batches(connection, consumer, most)
        readings = await connection.fetch("select * from telemetry.readings_of($1)", told) if told else []
        yield Taken(told, [Told(*row) for row in readings])
        if told:
            await done(connection, consumer, told)


async def batches(connection: asyncpg.Connection, consumer: str, most: int) -> list[int]:
    """Return the oldest batches that wait, this consumer's own until the transaction ends."""
    return [row[0] for row in await connection.fetch("select * from telemetry.take($1, $2)", consumer, most)]


async def done(connection: asyncpg.Connection, consumer: str, told: Sequence[int]) -> None:
    """Say that batches are done with; in the transaction that took them."""
    await connection.execute("select telemetry.done($1, $2)", consumer, told)


async def follow(
    dsn: str, consumer: str, act: Callable[[asyncpg.Connection, Taken], Awaitable[None]]
) -> None:
    """
    Hand all that comes to `act`, until cancelled; again and again while the database is gone.

    `act` may hear of a batch twice. What it raises ends this, and what it was told of waits again.
    """
    while True:
        with contextlib.suppress(*GONE):
            await _follow_once(dsn, consumer, act)
        await asyncio.sleep(AGAIN_S)


async def _follow_once(
    dsn: str, consumer: str, act: Callable[[asyncpg.Connection, Taken], Awaitable[None]]
) -> None:
    connection = await asyncpg.connect(dsn)
    some = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: some.set())
        await connection.add_listener(CHANNEL, lambda *_: some.set())
        await register(connection, consumer)
        while True:
            some.clear()
            async with taken(connection, consumer) as told:
                if told.batches:
                    await act(connection, told)
            if not told.batches:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(some.wait(), ANEW_S)
    finally:
        connection.terminate()
