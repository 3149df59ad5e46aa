"""
The notifier: hears of every change, finds who wants it, and sends; keeps time for the periodic ones.

A writer only looks into the index. All else happens after its commit: matching in one task and in the
order of commits, sending in a lane for each subscriber. What is to be told stands in the outbox from
the commit until it is told, refused or overtaken; whoever starts after a `kill -9` tells it then.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg

from dothi.context.store import outbox
from dothi.context.store import subscriptions as kept
from dothi.context.store.outbox import Happened
from dothi.context.store.pool import GONE
from dothi.context.subscriptions.courier import Courier
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.index import Index
from dothi.context.subscriptions.joining import Joining
from dothi.context.subscriptions.lanes import Lane
from dothi.context.subscriptions.notification import Change
from dothi.context.subscriptions.periods import Periods
from dothi.context.subscriptions.subscription import Key, Subscription

MOST_HEARD: Final = 10_000
"""Changes that wait in memory to be matched; those over it are read from the outbox again."""
MOST_HELD: Final = 200_000
PAGE: Final = 500
AT_ONCE: Final = 200
"""Subscriptions that are asked before others get a turn."""
PAUSE_S: Final = 0.05
SETTLED_S: Final = 0.5
log = logging.getLogger(__name__)


@dataclass
class Notifier:
    """Tells subscribers of changes. `begin` before the first change, `end` after the last."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    courier: Courier
    periods: Periods
    index: Index = field(default_factory=Index)
    joining: Joining = field(default_factory=Joining)
    _heard: deque[Happened] = field(default_factory=deque)
    _behind: bool = True
    _missed: bool = True
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _open: dict[UUID, int] = field(default_factory=dict)
    _held: int = 0
    """How often all rows together are held by lanes: what waits, and thus what memory it takes."""
    _done: list[UUID] = field(default_factory=list)
    _lanes: dict[Key, Lane] = field(default_factory=dict)
    _settling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Start, with what an earlier process left in the outbox."""
        self._wake.set()
        work = (self._match_all, self._settle_all, self.periods.run)
        self._tasks = [asyncio.create_task(one()) for one in work]

    async def end(self) -> None:
        """Stop; what was not told yet stays in the outbox."""
        self.periods.stop()
        work = [*self._tasks, *(task for lane in self._lanes.values() if (task := lane.stop()))]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await self.joining.end()
        await self._settle()
        await self.courier.ways.close()

    def put(self, one: Subscription) -> None:
        """Tell a subscriber from now on, in place of the subscription of the same key."""
        if not one.is_active(self.clock()):
            self.drop(one.key)
        elif one.interval_s is not None:
            self._drop_lane(one.key)
            self.periods.put(one)
        else:
            self.periods.drop(one.key)
            self.index.put(one)
            if one.key in self._lanes:
                self._lanes[one.key].subscription = one

    def drop(self, key: Key) -> None:
        """Tell a subscriber no more."""
        self.periods.drop(key)
        self._drop_lane(key)

    def _drop_lane(self, key: Key) -> None:
        self.index.drop(key)
        lane = self._lanes.pop(key, None)
        if lane is not None:
            lane.drop()

    def wants(self, one: Happened) -> bool:
        """Tell whether a change may have to be told to anybody."""
        if self.index.is_empty or (one.before is None and one.after is None):
            return False
        try:
            difference = Difference(one.before, one.after)
            found = self.index.about(one.tenant, difference)
            return any(subscription.is_pulled(difference) for subscription in found)
        except Exception:  # what is wrong here must not keep a writer from writing
            log.exception("whether a change of %s is wanted could not be told", one.entity_id)
            return True

    def heard(self, happened: Sequence[Happened]) -> None:
        """Take changes that are committed."""
        if self._behind or len(self._heard) > MOST_HEARD:
            self._behind = self._missed = True
        else:
            self._heard.extend(happened)
        self._wake.set()

    async def hear(self, key: Key, difference: Difference, at: str, *, row: UUID, filtered: bool) -> None:
        """
        Take a change at a source for one subscriber; `filtered`: it went through his filters there.

        It is kept as `row` until it is told.
        """
        self._hold(row)
        subscription = self.index.one(key) or self.periods.one(key)
        if subscription is not None:
            seeing = self.courier.seeing
            change = await seeing.elsewhere(subscription, difference, at, filtered=filtered)
            if change is not None and subscription in (self.index.one(key), self.periods.one(key)):
                self._hold(row)
                self._lane(subscription).add(change, row, tight=self._held > MOST_HELD)
        self._release([row])

    async def settled(self, key: Key) -> None:
        """Wait a moment for the notification that is on its way, so that its end is told in the answer."""
        lane = self._lanes.get(key)
        if lane is not None:
            await lane.free(SETTLED_S)
        await self._settle()

    async def _match_all(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._match_waiting()
            except GONE:
                log.exception("changes could not be matched; once more")
                self._behind = self._missed = True
                await asyncio.sleep(1)
                self._wake.set()

    async def _match_waiting(self) -> None:
        while self._heard or self._behind:
            if not self._heard:
                await self._catch_up()
            while self._heard:
                await self._match(self._heard.popleft())

    async def _catch_up(self) -> None:
        """Read what stands in the outbox and was not heard; the last empty page ends it."""
        self._missed = False
        known = [*self._open, *self._done]
        page = await outbox.left(self.pool, known, PAGE)
        self._heard.extend(page)
        if not page and not self._missed:
            self._behind = False

    async def _match(self, one: Happened) -> None:
        self._hold(one.id)
        try:
            await self._find(one)
        except GONE:
            self._heard.appendleft(one)
            self._open[one.id] -= 1
            self._held -= 1
            raise
        except Exception:  # no change may end the telling of those behind it
            log.exception("a change of %s could not be matched", one.entity_id)
        self._release([one.id])

    async def _find(self, one: Happened) -> None:
        """Let a change wait in the lane of each subscription that it concerns."""
        difference = Difference(one.before, one.after)
        for place, subscription in enumerate(list(self.index.about(one.tenant, difference))):
            if place % AT_ONCE == AT_ONCE - 1:  # requests are answered meanwhile
                await asyncio.sleep(0)
            if self.joining.takes(subscription, difference):
                self._hold(one.id)
                self.joining.start(subscription, difference, partial(self._joined, subscription, one))
                continue
            self._add(subscription, one, await self.courier.seeing.concern(subscription, difference, one.at))

    async def _joined(self, subscription: Subscription, one: Happened, whole: Difference) -> None:
        """Let a change wait that was joined with what sources have, if it is meant so."""
        seeing = self.courier.seeing
        self._add(subscription, one, await seeing.elsewhere(subscription, whole, one.at, filtered=False))
        self._release([one.id])

    def _add(self, subscription: Subscription, one: Happened, change: Change | None) -> None:
        if change is not None and self.index.has(subscription):
            self._hold(one.id)
            self._lane(subscription).add(change, one.id, tight=self._held > MOST_HELD)

    def _lane(self, subscription: Subscription) -> Lane:
        lane = self._lanes.get(subscription.key)
        if lane is None:
            lane = Lane(subscription, self.courier.changes, self._release)
            self._lanes[subscription.key] = lane
        return lane

    def _hold(self, row: UUID) -> None:
        self._held += 1
        self._open[row] = self._open.get(row, 0) + 1

    def _release(self, done: Iterable[UUID]) -> None:
        """Count one less who holds each of these rows, and let go of those that nobody holds."""
        for row in done:
            self._open[row] -= 1
            self._held -= 1
            if not self._open[row]:
                del self._open[row]
                self._done.append(row)

    async def _settle_all(self) -> None:
        """Write down, again and again, what is done, and forget lanes in which nothing is left."""
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                await self._settle()
            except GONE:
                log.exception("what became of notifications could not be written down; once more")
                await asyncio.sleep(1)
            for key in [key for key, lane in self._lanes.items() if lane.idle]:
                del self._lanes[key]

    async def _settle(self) -> None:
        async with self._settling:
            counts = self.courier.tally.taken()
            if counts:
                await kept.count(self.pool, counts)
            done = list(self._done)
            if done:
                await outbox.forget(self.pool, done)
                self._done = self._done[len(done) :]
