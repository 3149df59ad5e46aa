"""
What subscribers see: entities as far as whoever made a subscription may read them, asked anew each time.

A change is looked at when it happens and once more when it is told, since rights may be others by then.
What comes into reach, or leaves it, by its scopes or types alone is told with its next change.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import asyncpg

from dothi.context.rights.book import Book
from dothi.context.rights.reach import Reach
from dothi.context.store import subscribed
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.notification import Change
from dothi.context.subscriptions.subscription import Subscription


@dataclass(frozen=True)
class Seeing:
    """Looks at entities with the eyes of subscribers."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    book: Book

    def reach(self, subscription: Subscription) -> Reach:
        """Return what a subscriber may read now."""
        return self.book.reading(subscription.maker, subscription.key[0], self.clock())

    async def concern(self, subscription: Subscription, difference: Difference, at: str) -> Change | None:
        """Return a change, whole, of which a subscriber is to be told; None where it is none of his."""
        if not (subscription.is_pulled(difference) and subscription.is_active(self.clock())):
            return None
        reach = self.reach(subscription)
        seen = difference.within(reach)
        if seen is None or not subscription.is_pulled(seen):
            return None
        meant = await subscription.meant.has(
            seen.entity, lambda ids: self._entities(subscription.key[0], ids, reach)
        )
        return Change(difference, at, reach) if meant else None

    async def elsewhere(
        self, subscription: Subscription, difference: Difference, at: str, *, filtered: bool
    ) -> Change | None:
        """
        Return a change that a source told, whole, of which a subscriber is to be told.

        The source looked at triggers, and at filters where it was `filtered`; these count only if it saw no
        more than the subscriber may read.
        """
        reach = self.reach(subscription)
        seen = difference.within(reach)
        if seen is None or not subscription.is_active(self.clock()):
            return None
        meant = subscription.meant.unfiltered if filtered and reach.everything else subscription.meant
        there = await meant.has(seen.entity, lambda ids: self._entities(subscription.key[0], ids, reach))
        return Change(difference, at, reach) if there else None

    async def still(self, subscription: Subscription, change: Change) -> Change | None:
        """Return what a subscriber sees of a change by now, None where nothing."""
        if self.reach(subscription) != change.reach:
            concern = await self.concern(subscription, change.difference, change.at)
            if concern is None:
                return None
            change = concern
        seen = change.difference.within(change.reach)
        return None if seen is None else replace(change, difference=seen)

    async def _entities(self, tenant: str, ids: Collection[str], reach: Reach) -> Mapping[str, Any]:
        return await subscribed.several(self.pool, tenant, ids, reach)
