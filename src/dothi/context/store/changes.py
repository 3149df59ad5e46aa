"""
Group commit: changes of entities that wait together are committed together, and answered afterwards.

A change is a pure function of the entity as it is. Those of one entity are applied in the order in
which they came; one that refuses (raises NgsiLdError) is left out and its requester told, the others
go on. A batch costs two trips, however many changes it has (see `at_once`), unless entities are made or
deleted or somebody else comes first: then rows are locked, in the order of their keys, so that several
brokers do not lock each other out.
Who wants very many changes gets them in several transactions, between which others have their turn.
Several transactions are under way at a time, of different entities: while the database is at one, requests
are read and answered for others (see `Queue`).

Who listens hears of each change after its commit. What a listener wants is written to the outbox in the
same transaction, and stays there until the listener has done with it, whatever ends in between.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from dothi.context.errors import BadRequestData
from dothi.context.store import at_once, history, outbox, rows
from dothi.context.store.at_once import Draft
from dothi.context.store.outbox import Happened
from dothi.context.store.rows import Entity
from dothi.context.store.waiting import Change, Key, Queue, Requester

MOST = 500
"""Changes in one transaction: one of 60,000 kept all others waiting for nine seconds."""
MOST_INSTANCES = 2_000
"""Of all attributes of an entity; one with 100,000 kept the writes of all others waiting for minutes."""
LANES = 3
"""Transactions under way at a time, so that neither broker nor database waits for the other."""
QUIET = 12
"""Turns of the event loop without a new request after which a batch is whole; a turn takes some 10 µs."""
TRIES = 10
"""How often a transaction is begun anew because another broker came first."""
GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)
"""What says that there is no database just now, for whomever it is asked."""
OVERTAKEN = (
    asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError,
    history.Forgotten,
)  # fmt: skip


class Listener(Protocol):
    """Whoever is told of changes; must not wait, for writers wait meanwhile."""

    def wants(self, one: Happened) -> bool:
        """Tell whether a change is to be kept in the outbox until it is done with."""

    def heard(self, happened: Sequence[Happened]) -> None:
        """Hear of wanted changes that are committed, in their order."""


@dataclass
class Changes:
    """The one way by which entities change."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    listener: Listener | None = None
    _queue: Queue = field(default_factory=Queue)
    _gathering: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def apply(self, tenant: str, entity_id: str, change: Change) -> Any:
        """Change one entity; returns the change's result once it is committed. Raises NgsiLdError."""
        [result] = await self._applied([((tenant, entity_id), change)])
        if isinstance(result, Exception):
            raise result
        return result

    async def apply_all(self, tenant: str, steps: Iterable[tuple[str, Change]]) -> list[Any]:
        """
        Change entities, `MOST` in one transaction, in their order; a change that refuses stops no other.

        Returns what came of each once all is committed: its result, or the error with which it refused.
        """
        left, results = list(steps), list[Any]()
        while left:
            now, left = left[:MOST], left[MOST:]
            results += await self._applied([((tenant, key), change) for key, change in now])
        return results

    async def _applied(self, steps: Sequence[tuple[Key, Change]]) -> list[Any]:
        one = Requester(steps, asyncio.get_running_loop().create_future())
        self._queue.join(one)
        return await one.told

    async def run(self) -> None:
        """Commit what waits, until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            batch = await self._next()
            try:
                await self._commit(batch)
            finally:
                self._queue.let_go(batch)

    async def _next(self) -> Sequence[Requester]:
        """Return who is next, one at least; one lane at a time waits for them."""
        async with self._gathering:
            while True:
                await self._queue.stirred()
                await self._gathered()
                if batch := self._queue.take(MOST):
                    return batch

    async def _gathered(self) -> None:
        """Let requests that are being read join: a commit costs as much for one as for many."""
        quiet = 0
        while quiet < QUIET and len(self._queue) < self._queue.half:
            before = len(self._queue)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._queue) == before else 0

    async def _commit(self, batch: Sequence[Requester]) -> None:
        try:
            happened = await self._written(batch)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
            await self._apart(batch, error)
            return
        if self.listener and happened:
            self.listener.heard(happened)
        for one in batch:
            if not one.told.done():  # otherwise the requester has gone
                one.told.set_result(one.results)

    async def _apart(self, batch: Sequence[Requester], error: Exception) -> None:
        """Commit each requester's changes alone, so that who brought the failure has it alone."""
        if len(batch) > 1 and not isinstance(error, GONE):
            for one in batch:
                await self._commit([one])
            return
        for one in batch:
            if not one.told.done():
                one.told.set_exception(error)

    async def _written(self, batch: Sequence[Requester]) -> list[Happened]:
        with contextlib.suppress(*OVERTAKEN):
            if (happened := await self._written_at_once(batch)) is not None:
                return happened
        for _ in range(TRIES - 1):
            with contextlib.suppress(*OVERTAKEN):
                return await self._written_locked(batch)
        return await self._written_locked(batch)

    async def _written_at_once(self, batch: Sequence[Requester]) -> list[Happened] | None:
        """Write a batch in one statement; None where it is none for that."""
        async with self.pool.acquire() as connection:
            before, versions = await rows.seen(connection, list(_keys(batch)))
            after: dict[Key, Entity | None] = dict(before)
            happened = self._change(batch, after)
            wanted = self._wanted(happened)
            draft = Draft(before, versions, after)
            return wanted if await at_once.write(connection, draft, happened, wanted) else None

    async def _written_locked(self, batch: Sequence[Requester]) -> list[Happened]:
        async with self.pool.acquire() as connection, connection.transaction():
            before = await rows.locked(connection, sorted(_keys(batch)))
            after: dict[Key, Entity | None] = dict(before)
            happened = self._change(batch, after)
            await rows.write(connection, before, after)
            await history.follow(connection, happened)
            wanted = self._wanted(happened)
            if wanted:
                await outbox.keep(connection, wanted)
            return wanted

    def _change(self, batch: Sequence[Requester], entities: dict[Key, Entity | None]) -> list[Happened]:
        """Change `entities` as the batch wants; returns what happened, and notes what is told of each."""
        at, happened = rows.as_text(self.clock()), list[Happened]()
        for one in batch:
            one.results = [_changed(entities, key, change, at, happened) for key, change in one.steps]
        return happened

    def _wanted(self, happened: Sequence[Happened]) -> list[Happened]:
        """Return the changes that the listener wants."""
        return [one for one in happened if self.listener and self.listener.wants(one)]


def _keys(batch: Sequence[Requester]) -> set[Key]:
    return {key for one in batch for key, _ in one.steps}


def _changed(
    entities: dict[Key, Entity | None], key: Key, change: Change, at: str, happened: list[Happened]
) -> Any:
    """Change one of `entities` and note it in `happened`; returns the result, or the error if it refuses."""
    stored = entities.get(key)
    try:
        changed = change(stored, at)
    except Exception as error:  # noqa: BLE001 - its requester is told, and nobody else
        return error
    if changed.entity and sum(map(len, changed.entity["attributes"].values())) > MOST_INSTANCES:
        return BadRequestData(f"an entity has at most {MOST_INSTANCES} attributes, each dataset counted")
    if changed.entity is not stored:
        entities[key] = changed.entity
        happened.append(Happened(*key, stored, changed.entity, at))
    return changed.result
