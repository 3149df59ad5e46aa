"""
Consumers that do not keep up: what waits for them is bounded, they are named, and go on where they were.

A task beside ingest looks after all of them (`telemetry.tend`). Who is dead or too slow falls behind: new
batches are no longer put to wait for it, and once it takes up its work again it is handed on all that came
meanwhile, in the order of recording, as much at a time as may wait. So it hears of each batch as before, and
no disk fills.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from dothi.telemetry.store.writer import AGAIN_S, GONE, Clock

EVERY_S: Final = 5.0
BEHIND_S: Final = 0.5
"""How often who is behind is looked after: it hears of `most` batches each time, at most."""
FELL: Final = "fell behind"
CAUGHT_UP: Final = "caught up"
KEEPS_UP: Final = "keeps up"
log = logging.getLogger(__name__)


class Consumer(NamedTuple):
    """One who hears of batches: how many wait; where it is behind, since when, and after what it goes on."""

    name: str
    waiting: int
    fell_behind_at: datetime | None
    told_until: datetime | None


@dataclass
class Tending:
    """Looks after the consumers of the database `dsn`; `behind` names those that do not keep up."""

    dsn: str
    clock: Clock
    behind: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Look after them, until cancelled; again and again while the database is gone."""
        while True:
            with contextlib.suppress(*GONE):
                connection = await asyncpg.connect(self.dsn)
                try:
                    while True:
                        self._heard(await tend(connection, self.clock()))
                        await asyncio.sleep(BEHIND_S if self.behind else EVERY_S)
                finally:
                    connection.terminate()
            await asyncio.sleep(AGAIN_S)

    def _heard(self, told: Mapping[str, str]) -> None:
        for name, what in told.items():
            if what in (FELL, CAUGHT_UP):
                log.warning("%s %s: readings wait for it in the store", name, what)
        self.behind = {name for name, what in told.items() if what not in (CAUGHT_UP, KEEPS_UP)}


async def tend(connection: asyncpg.Connection, now: datetime) -> dict[str, str]:
    """Look after each consumer once, each in a transaction of its own; returns what happened, by name."""
    return {one.name: await tend_one(connection, one.name, now) for one in await consumers(connection)}


async def tend_one(connection: asyncpg.Connection, name: str, now: datetime) -> str:
    """Look after one consumer; returns what happened."""
    happened: str = await connection.fetchval("select telemetry.tend($1, $2)", name, now)
    return happened


async def consumers(connection: asyncpg.Connection) -> list[Consumer]:
    """Return all consumers as they stand, by name; one statement."""
    return [Consumer(*row) for row in await connection.fetch(_CONSUMERS)]


_CONSUMERS: Final = """
select name, (select count(*) from telemetry.pending where pending.consumer = name), fell_behind_at,
       told_until
from telemetry.consumer order by name
"""
