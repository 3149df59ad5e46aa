"""
Group commit: messages that wait together are stored in one transaction, and acknowledged afterwards.

Readings go into their day by binary COPY, the last values and the findings with them. A message whose
transaction did not commit is acknowledged by nobody: its sender is closed and sends it again, which does
no harm, for a reading is kept once. While the database cannot be reached, or has no room, nothing is taken.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import asyncpg

from dothi.context.store.making import make
from dothi.telemetry.store import rows
from dothi.telemetry.store.keeping import Keeper
from dothi.telemetry.store.statements import sql
from dothi.telemetry.types import Finding, Readings

ENOUGH: Final = 5_000
"""Readings that begin a transaction at once."""
MOST: Final = 20_000
"""Readings in one transaction, unless one message brings more."""
LINGER_S: Final = 0.2
"""How long the first reading of a transaction waits for others."""
FULL: Final = 40_000
"""Readings that wait at most before senders are no longer read from."""
PATIENCE_S: Final = 15.0
"""How long a transaction may take before the database counts as gone."""
AGAIN_S: Final = 0.3
DAYS_AHEAD: Final = 2
DAYS_AT_ONCE: Final = 50
"""Partitions that are made in one transaction, where readings of years come."""
GONE: Final = (
    OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError, asyncpg.OperatorInterventionError, asyncpg.InternalClientError,
)  # fmt: skip
EPOCH: Final = date(1970, 1, 1)


Clock = Callable[[], datetime]


class Sender(Protocol):
    """Whoever sent a message and waits; neither call may wait or fail."""

    def stored(self, packets: Sequence[int]) -> None:
        """Hear that messages are committed: their packet ids in order, 0 where none is expected."""

    def lost(self) -> None:
        """Hear that a message was not stored."""


NOTHING: Final = Readings([], [], [])


@dataclass(slots=True)
class Message:
    """What one packet brought: readings, or a finding."""

    sender: Sender
    packet: int
    device: str
    readings: Readings = field(default_factory=lambda: NOTHING)
    finding: Finding | None = None


@dataclass
class Writer:
    """The one way by which readings and findings are stored. `dsn` is PostgreSQL's."""

    dsn: str
    clock: Clock
    keeper: Keeper = field(default_factory=Keeper)
    linger_s: float = LINGER_S
    up: bool = False
    on_room: Callable[[], None] = lambda: None
    _waiting: list[Message] = field(default_factory=list)
    _readings: int = 0
    _some: asyncio.Event = field(default_factory=asyncio.Event)
    _many: asyncio.Event = field(default_factory=asyncio.Event)
    _days: set[date] = field(default_factory=set)

    def put(self, message: Message) -> None:
        """Take a message to be stored; its sender hears what came of it."""
        if not self.up:
            message.sender.lost()
            return
        self._waiting.append(message)
        self._readings += len(message.readings) or 1
        self._some.set()
        if self._readings >= ENOUGH:
            self._many.set()

    @property
    def waiting(self) -> int:
        """How many readings wait to be stored."""
        return self._readings

    @property
    def full(self) -> bool:
        """Tell whether so much waits that no more should be read."""
        return self._readings >= FULL

    async def run(self) -> None:
        """Store what waits, until cancelled; begin anew whenever the database is gone."""
        while True:
            with contextlib.suppress(*GONE):
                await self._run_once()
            self._lose()
            await asyncio.sleep(AGAIN_S)

    async def _run_once(self) -> None:
        connection = await asyncpg.connect(self.dsn, timeout=PATIENCE_S)
        try:
            await connection.execute("set synchronous_commit = on")
            await self._keep_days(connection, self._ahead())
            self.up = True
            while True:
                await self._gather()
                async with asyncio.timeout(PATIENCE_S):
                    await self._keep_days(connection, self._ahead())
                await self._commit(connection, self._next())
        finally:
            self.up = False
            connection.terminate()

    async def _gather(self) -> None:
        """Wait for a first message, and then for others until there are many or they linger too long."""
        await self._some.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._many.wait(), self.linger_s)

    def _next(self) -> list[Message]:
        size = end = 0
        while end < len(self._waiting):
            more = len(self._waiting[end].readings) or 1
            if end and size + more > MOST:
                break
            size, end = size + more, end + 1
        batch, self._waiting = self._waiting[:end], self._waiting[end:]
        self._readings -= size
        if not self._waiting:
            self._some.clear()
        if self._readings < ENOUGH:
            self._many.clear()
        return batch

    async def _commit(self, connection: asyncpg.Connection, batch: Sequence[Message]) -> None:
        """Store a batch and tell its senders; where one message breaks it, store each alone."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._written(connection, batch)
        except BaseException as error:
            self._days.clear()  # the partition of a day may have gone to the archive
            if len(batch) > 1 and isinstance(error, asyncpg.PostgresError) and not isinstance(error, GONE):
                for one in batch:
                    await self._commit(connection, [one])
                return
            _tell_lost(batch)
            if not isinstance(error, asyncpg.PostgresError) or isinstance(error, GONE):
                raise
        else:
            _tell_stored(batch)
        self.on_room()

    async def _written(self, connection: asyncpg.Connection, batch: Sequence[Message]) -> None:
        readings = [(one.device, one.readings) for one in batch if one.readings]
        told = await self.keeper.rows(connection, readings) if readings else None
        if told:
            await self._keep_days(connection, {EPOCH + timedelta(days=day) for day in rows.days(told)})
        async with connection.transaction():
            if findings := [one.finding for one in batch if one.finding]:
                await connection.execute(sql("finding_add"), *_columns(findings))
            new = await self.keeper.keep(connection, told, self.clock()) if told else None
            if new:
                await self.keeper.record(connection, new, self.clock)

    async def _keep_days(self, connection: asyncpg.Connection, days: set[date]) -> None:
        """Make the partitions of days that are not known to be there; those that are made stay."""
        new = sorted(days - self._days)
        for start in range(0, len(new), DAYS_AT_ONCE):
            some = new[start : start + DAYS_AT_ONCE]
            await connection.execute("select telemetry.keep_days($1)", some)
            self._days.update(some)

    def _ahead(self) -> set[date]:
        today = self.clock().date()
        return {today + timedelta(days=number) for number in range(DAYS_AHEAD + 1)}

    def _lose(self) -> None:
        """Give up what waits: its senders are told and will send it again."""
        lost, self._waiting, self._readings = self._waiting, [], 0
        self._some.clear()
        self._many.clear()
        _tell_lost(lost)


async def create_tables(dsn: str) -> None:
    """Make what is missing of telemetry's tables."""
    connection = await asyncpg.connect(dsn)
    try:
        parts = ("schema", "functions", "kept", "keyframes", "edition")
        await make(connection, "telemetry", [sql(part) for part in parts])
        await connection.execute(sql("grants"))  # roles may have come since
    finally:
        await connection.close()


def _tell_stored(batch: Sequence[Message]) -> None:
    packets: dict[Sender, list[int]] = {}
    for one in batch:
        packets.setdefault(one.sender, []).append(one.packet)
    for sender, told in packets.items():
        sender.stored(told)


def _tell_lost(batch: Sequence[Message]) -> None:
    for sender in {one.sender for one in batch}:
        sender.lost()


def _columns(findings: Sequence[Finding]) -> tuple[list[object], ...]:
    told = [(f.at, f.device, str(f.kind), f.topic, f.detail.replace("\0", "�"), f.payload) for f in findings]
    return tuple(list(column) for column in zip(*told, strict=True))
