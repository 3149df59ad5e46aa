"""
Ticks of the operations center: which kinds of things have changed, at most four a second.

    event: tick
    data: {"kinds": ["alerts", "readings"]}

Alerts, incidents and whatever else emits events are heard of by NATS; readings, of which there are too many
for that, by the notices of PostgreSQL. A tick says nothing of what has changed: the screen asks the pages,
which check its rights. The first change is told at once, those that follow within a quarter of a second
together.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import asyncpg

TOPIC: Final = "center"
PAUSE_S: Final = 0.25
AGAIN_S: Final = 2.0
CHANNEL: Final = "telemetry_batch"
READINGS: Final = "readings"
ROOMS: Final = frozenset({"alerts", "incidents", "dossiers", "warnings", "agencies"})
"""Rooms whose events change what the screen shows; the third word of the type of an event."""
GONE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass
class Ticks:
    """Gathers kinds and has them told by `tell`, which takes a message of server-sent events."""

    tell: Callable[[bytes], None]
    _kinds: set[str] = field(default_factory=set)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, kind: str) -> None:
        """Hear that something of this kind has changed."""
        self._kinds.add(kind)
        self._some.set()

    def heard(self, event: dict[str, object]) -> None:
        """Hear of a CloudEvent; what is of no room on the screen is left."""
        room = str(event.get("type", "")).removeprefix("vn.dothi.").partition(".")[0]
        if room in ROOMS:
            self.note(room)

    async def run(self) -> None:
        """Tell, until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            kinds, self._kinds = sorted(self._kinds), set()
            said = json.dumps({"kinds": kinds}, separators=(",", ":"))
            self.tell(f"event: tick\ndata: {said}\n\n".encode())
            await asyncio.sleep(PAUSE_S)

    async def listen(self, dsn: str) -> None:
        """Hear of readings from the database `dsn`, until cancelled; when it was away, some may have come."""
        while True:
            with contextlib.suppress(*GONE):
                await self._follow(dsn)
            await asyncio.sleep(AGAIN_S)

    async def _follow(self, dsn: str) -> None:
        ended = asyncio.Event()
        connection = await asyncpg.connect(dsn)
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, lambda *_told: self.note(READINGS))
            self.note(READINGS)
            await ended.wait()
        finally:
            connection.terminate()


@contextlib.contextmanager
def ticking(ticks: Ticks, dsn: str) -> Iterator[None]:
    """Tell and, where a database is named, listen, while the block lasts."""
    tasks = [asyncio.create_task(ticks.run())]
    if dsn:
        tasks.append(asyncio.create_task(ticks.listen(dsn)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
