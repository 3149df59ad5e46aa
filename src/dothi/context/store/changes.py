"""
Group commit: changes of entities that wait together are committed together, and answered afterwards.

A change is a pure function of the entity as it is. Those of one entity are applied in the order in
which they came; one that refuses (raises NgsiLdError) is left out and its requester told, the others
go on. Rows are locked in the order of their keys, so that several brokers do not lock each other out.

Who listens hears of each change after its commit. What a listener wants is written to the outbox in the
same transaction, and stays there until the listener has done with it, whatever ends in between.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from dothi.context.errors import NgsiLdError
from dothi.context.store import outbox, rows
from dothi.context.store.outbox import Happened
from dothi.context.store.rows import Entity

MOST = 500
"""Changes in one transaction."""


@dataclass(frozen=True)
class Changed:
    """What a change makes of an entity: `entity` None deletes it; `result` is told to the requester."""

    entity: Entity | None
    result: Any = None


Change = Callable[[Entity | None, str], Changed]
"""Takes the entity, None where there is none, and the instant. Raises NgsiLdError."""
Key = tuple[str, str]


class Listener(Protocol):
    """Whoever is told of changes; must not wait, for writers wait meanwhile."""

    def wants(self, one: Happened) -> bool:
        """Tell whether a change is to be kept in the outbox until it is done with."""

    def heard(self, happened: Sequence[Happened]) -> None:
        """Hear of wanted changes that are committed, in their order."""


@dataclass
class _Waiting:
    key: Key
    change: Change
    told: asyncio.Future[Any]
    result: Any = None
    refused: NgsiLdError | None = None


@dataclass
class Changes:
    """The one way by which entities change."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    listener: Listener | None = None
    _waiting: list[_Waiting] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def apply(self, tenant: str, entity_id: str, change: Change) -> Any:
        """Change one entity; returns the change's result once it is committed. Raises NgsiLdError."""
        waiting = _Waiting((tenant, entity_id), change, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._wake.set()
        return await waiting.told

    async def run(self) -> None:
        """Commit what waits, until cancelled."""
        while True:
            await self._wake.wait()
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if not self._waiting:
                self._wake.clear()
            await self._commit(batch)

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        failed: Exception | None = None
        try:
            happened = await self._written(batch)
            if self.listener and happened:
                self.listener.heard(happened)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
            failed = error
        for one in batch:
            _tell(one, failed or one.refused)

    async def _written(self, batch: Sequence[_Waiting]) -> list[Happened]:
        while True:
            with contextlib.suppress(
                asyncpg.UniqueViolationError
            ):  # another broker made it first: look again
                async with self.pool.acquire() as connection, connection.transaction():
                    return await self._write(connection, batch)

    async def _write(self, connection: asyncpg.Connection, batch: Sequence[_Waiting]) -> list[Happened]:
        before = await rows.locked(connection, sorted({one.key for one in batch}))
        after: dict[Key, Entity | None] = dict(before)
        at = rows.as_text(self.clock())
        happened: list[Happened] = []
        for one in batch:
            one.refused = None
            with _refusal(one):
                stored = after.get(one.key)
                changed = one.change(stored, at)
                after[one.key], one.result = changed.entity, changed.result
                happened.append(Happened(*one.key, stored, changed.entity, at))
        await rows.write(connection, before, after)
        return await self._kept(connection, happened)

    async def _kept(self, connection: asyncpg.Connection, happened: Sequence[Happened]) -> list[Happened]:
        """Return the changes that the listener wants, which stand in the outbox from now on."""
        wanted = [one for one in happened if self.listener and self.listener.wants(one)]
        if wanted:
            await outbox.keep(connection, wanted)
        return wanted


@contextlib.contextmanager
def _refusal(one: _Waiting) -> Any:
    try:
        yield
    except NgsiLdError as error:
        one.refused = error


def _tell(one: _Waiting, error: BaseException | None) -> None:
    if one.told.done():  # the requester has gone
        return
    if error:
        one.told.set_exception(error)
    else:
        one.told.set_result(one.result)
