"""
Changes here of entities that are split over sources (`splitEntities`, clause 5.8.6): joined with the other
parts before filters look at them.

Sources are asked in tasks of their own, one after the other for each entity and subscriber, so that one that
does not answer keeps nobody else waiting.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.subscription import Key, Subscription

MOST: Final = 1_000
"""Changes that are being joined; those over it are looked at as they are here."""
Join = Callable[[Subscription, Difference], Awaitable[Difference]]
Then = Callable[[Difference], Awaitable[None]]
Task = asyncio.Task[None]
log = logging.getLogger(__name__)


@dataclass
class Joining:
    """Joins changes by `join`; None where nobody is there to be asked."""

    join: Join | None = None
    _last: dict[tuple[Key, str], Task] = field(default_factory=dict)

    def takes(self, subscription: Subscription, difference: Difference) -> bool:
        """Tell whether a change is to be joined. What is gone here is told as gone."""
        split = self.join is not None and bool(subscription.stored.get("splitEntities"))
        pulled = split and difference.after is not None and subscription.is_pulled(difference)
        return pulled and len(self._last) < MOST

    def start(self, subscription: Subscription, difference: Difference, then: Then) -> None:
        """Join a change, and hand it on `then`."""
        key = (subscription.key, difference.entity["id"])
        task = asyncio.create_task(self._joined(subscription, difference, then, self._last.get(key)))
        self._last[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    async def end(self) -> None:
        """Join no more."""
        tasks = list(self._last.values())
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _joined(
        self, subscription: Subscription, difference: Difference, then: Then, earlier: Task | None
    ) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        assert self.join is not None
        try:
            difference = await self.join(subscription, difference)
        except Exception:  # what sources answer must not keep a change from its subscriber
            log.exception("subscription %s: a change could not be joined", subscription.key[1])
        await then(difference)

    def _ended(self, key: tuple[Key, str], task: Task) -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("subscription %s is not told", key[0][1], exc_info=task.exception())
