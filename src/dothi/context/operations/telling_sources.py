"""
Telling what becomes of registrations (clause 5.11.7), to each subscriber in order, one after the other.

What is to be told stands in the database until it was sent, arrived or not: a process that is killed loses
none of it, and may tell some twice.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import asyncpg

from dothi.context.errors import LdContextNotAvailable
from dothi.context.jsonld.contexts import names as names_here
from dothi.context.operations.contexts import Contexts
from dothi.context.registrations import members as registrations
from dothi.context.registrations.matching import information, matches
from dothi.context.registrations.wanted import Wanted
from dothi.context.rights.book import Book
from dothi.context.store import registrations as sources
from dothi.context.store import source_changes as changes
from dothi.context.store import source_subscriptions as rows
from dothi.context.store.pool import GONE
from dothi.context.store.rows import as_text
from dothi.context.store.source_changes import Happened, Stored
from dothi.context.store.subscriptions import Kept
from dothi.context.subscriptions import bodies, members, selecting
from dothi.context.subscriptions import sources as wanting
from dothi.context.subscriptions.endpoints import Outcome, Ways
from dothi.context.subscriptions.subscription import Subscription, subscription_of, wording_of

TIMEOUT_S: Final = 5.0
LONGEST_TIMEOUT_S: Final = 30.0
MOST: Final = 1_000
"""Notifications that may be under way or wait; what is over it is taken up later."""
STEP_S: Final = 0.5
SETTLED_S: Final = 0.5
Key = tuple[str, str]
Task = asyncio.Task[None]
log = logging.getLogger(__name__)


@dataclass
class Telling:
    """Tells subscribers to registrations."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    contexts: Contexts
    ways: Ways
    book: Book
    _last: dict[Key, Task] = field(default_factory=dict)
    """The last notification to each subscriber: the next goes after it."""
    _tasks: set[Task] = field(default_factory=set)
    _mine: set[int] = field(default_factory=set)
    """What is taken up here and not yet told to everybody."""

    async def run(self) -> None:
        """Tell whose turn it is (timeInterval), what expires, and what was left untold, until cancelled."""
        fresh = True
        while True:
            try:
                if fresh:
                    await changes.free(self.pool, self.clock())
                fresh = False
                await self._step()
            except GONE:
                log.exception("who is to hear of registrations could not be read; once more")
            await asyncio.sleep(STEP_S)

    async def take_up(self, happened: Happened) -> None:
        """Begin to tell what happened; later, where the database fails or too much is under way."""
        if len(self._tasks) >= MOST or happened.seq in self._mine:
            return
        self._mine.add(happened.seq)
        try:
            begun = await self._begun(happened)
        except GONE:
            log.exception("what happened to a registration is told later")
            self._mine.discard(happened.seq)
            return
        self._start(self._ended(happened.seq, begun))

    async def settled(self, key: Key) -> None:
        """Wait a moment for the notification that is on its way, so that its end is told in the answer."""
        if key in self._last:
            await asyncio.wait([self._last[key]], timeout=SETTLED_S)

    async def end(self) -> None:
        """Tell nobody any more; what was not told yet stays in the database."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ways.close()

    async def _step(self) -> None:
        at = self.clock()
        for kept in await rows.due(self.pool, at):
            await self._turn(kept, "updated")
        await sources.expire(self.pool, at)
        for happened in await changes.take(self.pool, self._mine, at, MOST):
            await self.take_up(happened)

    async def _begun(self, happened: Happened) -> list[Task]:
        there = await rows.everything(self.pool, happened.tenant, happened.subscription)
        if happened.subscription is not None:
            return [task for kept in there for task in await self._turn(kept, "newlyMatching")]
        return [task for kept in there for task in await self._changed(kept, happened)]

    async def _ended(self, seq: int, begun: Sequence[Task]) -> None:
        """Forget what happened once it is told; what this process could not tell another will."""
        outcomes = await asyncio.gather(*begun, return_exceptions=True)
        try:
            if not any(isinstance(one, asyncio.CancelledError) for one in outcomes):
                await changes.forget(self.pool, seq)
        except GONE:
            log.exception("what happened to a registration is told once more")
        self._mine.discard(seq)

    async def _changed(self, kept: Kept, happened: Happened) -> list[Task]:
        """Tell a subscriber of a change of one registration, unless he is told in turns."""
        wanted = None if "timeInterval" in kept.stored else await self._wanted(kept)
        if wanted is None:
            return []
        before, after = happened.before, happened.after
        was = before is not None and matches(before, wanted)
        told = after if after is not None and matches(after, wanted) else before
        reason = wanting.why(was=was, matching=told is after and after is not None)
        return self._tell(kept, reason, [_meant(told, wanted)]) if reason and told is not None else []

    async def _turn(self, kept: Kept, reason: str) -> list[Task]:
        """Tell a subscriber of all that matches; where he is told in turns, also that nothing does."""
        wanted = await self._wanted(kept)
        if wanted is None:
            return []
        there = await sources.everything(self.pool, kept.tenant, self.clock())
        found = [_meant(one.stored, wanted) for one in there if matches(one.stored, wanted)]
        return self._tell(kept, reason, found) if found or "timeInterval" in kept.stored else []

    async def _wanted(self, kept: Kept) -> Wanted | None:
        """Return what a subscriber wants, None where the @context of its filter cannot be had now."""
        context = kept.stored["csf"]["context"] if "csf" in kept.stored else None
        try:
            names = await self.contexts.names(context, tenant=kept.tenant, host=kept.host)
        except LdContextNotAvailable as error:
            log.warning("subscription %s cannot be told: %s", kept.id, error)
            return None
        return wanting.wanted_by(kept.stored, names)

    def _tell(self, kept: Kept, reason: str, found: Sequence[Stored]) -> list[Task]:
        if members.status(kept.stored, self.clock()) != "active" or not self._may_read(kept):
            return []
        key = (kept.tenant, kept.id)
        task = self._start(self._told(kept, reason, found, self._last.get(key)))
        self._last[key] = task
        task.add_done_callback(lambda done: self._done(key, done))
        return [task]

    def _start(self, work: Coroutine[Any, Any, None]) -> Task:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _may_read(self, kept: Kept) -> bool:
        """Tell whether a subscriber may read all, for a registration tells what there is of any kind."""
        return self.book.reading(kept.maker, kept.tenant, self.clock()).everything

    def _done(self, key: Key, task: Task) -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("subscription %s is not told", key[1], exc_info=task.exception())

    async def _told(self, kept: Kept, reason: str, found: Sequence[Stored], earlier: Task | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        try:
            ready = await self._ready(kept)
        except LdContextNotAvailable as error:
            log.warning("subscription %s cannot be told: %s", kept.id, error)
            return
        if not self._may_read(kept):
            return
        at = self.clock()
        data = [registrations.written(one, ready.wording.names) for one in found]
        outcome = await self._sent(ready, wanting.notification(kept.id, reason, data, as_text(at)))
        well = outcome is Outcome.ARRIVED
        await rows.count(self.pool, kept.tenant, kept.id, at, self.clock(), well=well)

    async def _sent(self, ready: Subscription, told: Stored) -> Outcome:
        patience_s = min(ready.endpoint.timeout_s or TIMEOUT_S, LONGEST_TIMEOUT_S)
        try:
            async with asyncio.timeout(patience_s):
                return await self.ways.to(ready.endpoint).send(ready.endpoint, bodies.body(ready, told))
        except TimeoutError:
            return Outcome.LOST

    async def _ready(self, kept: Kept) -> Subscription:
        context = link = kept.stored.get("jsonldContext")
        if link is None:
            context, link = kept.context, kept.link
        names = await self.contexts.names(context, tenant=kept.tenant, host=kept.host)
        meant = selecting.meant({}, names_here(None))
        wording = wording_of(kept.stored, names, context, link)
        return subscription_of((kept.tenant, kept.id), kept.stored, meant, wording, kept.created_at)


def _meant(stored: Stored, wanted: Wanted) -> Stored:
    """Return a registration with the parts of its information that a subscriber wants; all if it is none."""
    return {**stored, "information": information(stored, wanted) or stored["information"]}
