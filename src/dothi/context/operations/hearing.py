"""
Notifications of sources (clause 5.8.6): told on to whoever subscribed here, within what he may read.

They come under the id of a copy of his subscription, and are kept, before the source hears that they are
taken, until he is told: whoever begins tells what an earlier process left. Of an entity that is split over
sources the other parts are asked for first.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import asyncpg

from dothi.context.errors import BadRequestData, InternalError, RequestEntityTooLarge, ResourceNotFound
from dothi.context.federation import changes, narrowing
from dothi.context.federation.calls import Calls, Trigger
from dothi.context.federation.consumption import Consumption
from dothi.context.federation.merging import WEIGHTS, Version, merged
from dothi.context.federation.registry import Registry
from dothi.context.federation.sources import Share
from dothi.context.federation.speech import Words
from dothi.context.jsonld.names import Names
from dothi.context.operations.contexts import Contexts
from dothi.context.operations.copies import source_of
from dothi.context.registrations.wanted import EntityWanted, Wanted
from dothi.context.store import copies, heard, outbox, subscribed
from dothi.context.store.copies import Copy
from dothi.context.store.heard import Heard
from dothi.context.store.rows import as_text
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.notifier import Notifier
from dothi.context.subscriptions.subscription import Subscription

Entity = dict[str, Any]
MOST: Final = 100
"""Notifications that may be under way; one over it is refused, and counts as failed at its source."""
MOST_OF_ONE: Final = 8
"""Those of one subscription, which wait for each other: no source takes the places of all."""
MOST_ENTITIES: Final = 1_000
"""Entities of one notification."""
AT_ONCE: Final = 16
"""Bodies that are read at a time."""
log = logging.getLogger(__name__)


@dataclass
class Hearing:
    """Hears notifications of sources."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    contexts: Contexts
    registry: Registry
    calls: Calls
    notifier: Notifier
    alias: Callable[[str], str]
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    """Who may be sending a body: nobody says before it is read who they are."""
    _under_way: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict)
    """The last notification for each subscription: the next is told after it."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    _of: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many notifications of each subscription are under way."""

    async def copy(self, name: str) -> Copy:
        """Return the copy of an id. Raises ResourceNotFound."""
        found = await copies.one(self.pool, name)
        if found is None:
            raise ResourceNotFound("there is no such subscription")
        return found

    async def begin(self) -> None:
        """Tell on what an earlier process took."""
        for name, several in (await heard.left(self.pool)).items():
            copy = await copies.one(self.pool, name)
            if copy is None:  # nobody is to be told any more
                await outbox.forget(self.pool, [one.id for one in several])
            else:
                self._start(copy, several)

    async def take(self, copy: Copy, told: Any, names: Names) -> None:
        """
        Take the entities of a notification under a copy.

        Raises BadRequestData, RequestEntityTooLarge, and InternalError where too many are under way.
        """
        if not isinstance(told, list):
            raise BadRequestData("data is a list of entities")
        if len(told) > MOST_ENTITIES:
            raise RequestEntityTooLarge(f"a notification tells at most {MOST_ENTITIES} entities")
        if len(self._tasks) >= MOST or self._of[copy.tenant, copy.subscription] >= MOST_OF_ONE:
            raise InternalError("too many notifications are under way")
        found = [Difference(*changes.change(one, names)) for one in told]
        within = [_within(copy, one) for one in found]
        several = [Heard(one.before, one.after) for one in within if one is not None]
        await heard.keep(self.pool, copy.id, several)
        self._start(copy, several)

    async def end(self) -> None:
        """Tell nobody any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, copy: Copy, found: Sequence[Heard]) -> None:
        key = (copy.tenant, copy.subscription)
        task = asyncio.create_task(self._told(copy, found, self._under_way.get(key)))
        self._tasks.add(task)
        self._of[key] += 1
        self._under_way[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    def _ended(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._of[key] -= 1
        self._of += Counter()  # those without any are forgotten
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("subscription %s is not told of a source", key[1], exc_info=task.exception())

    async def _told(self, copy: Copy, found: Sequence[Heard], earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        for row in found:
            one = Difference(row.before, row.after)
            whole = await self._whole(copy, one) if _wanted(copy)["body"].get("splitEntities") else one
            key, at = (copy.tenant, copy.subscription), as_text(self.clock())
            await self.notifier.hear(key, whole, at, row=row.id, filtered=_filtered(copy))

    async def _whole(self, copy: Copy, one: Difference) -> Difference:
        """Return a change of an entity with what this broker and other sources have of it."""
        name = one.entity["id"]
        there = await subscribed.several(self.pool, copy.tenant, [name])
        parts = (
            [Version(dict(one.after), WEIGHTS[source_of(copy).mode], copy.registration)] if one.after else []
        )
        parts += [Version(found) for found in there.values()]
        parts += await self._elsewhere(copy.tenant, _wanted(copy).get("met", ()), name, copy.registration)
        return replace(one, after=merged(parts, self.clock())) if parts else one

    async def joined(self, subscription: Subscription, change: Difference) -> Difference:
        """
        Return a change here with what sources have of the entity.

        Of one that is new those that took the subscription are not asked: they tell what they have of it.
        """
        (tenant, name), stored = subscription.key, subscription.stored
        met = None if stored.get("localOnly") else stored.get("met", ())
        if met is None or change.after is None or not await self.registry.sources(tenant):
            return change
        telling = () if change.before else await copies.taken(self.pool, tenant, name)
        parts = await self._elsewhere(tenant, met, change.entity["id"], *telling)
        return replace(change, after=merged([Version(dict(change.after)), *parts], self.clock()))

    async def _elsewhere(
        self, tenant: str, met: Sequence[str], name: str, *without: str
    ) -> Sequence[Version]:
        """Return what sources have of an entity, but for those of the registrations `without`."""
        trigger = Trigger(tenant, self.alias(tenant), tuple(met))
        words = Words(None, await self.contexts.names(None))
        asks = Consumption(self.registry, self.calls, self.contexts.names, frozenset(without))
        with trigger.budget:
            return (await asks.retrieve(trigger, words, name)).versions


def _within(copy: Copy, one: Difference) -> Difference | None:
    """Return a change as far as the registration of its source speaks of it (4.3.6.1)."""
    source, entity = source_of(copy), one.entity
    wanted = EntityWanted(narrowing.of_types(entity["type"]), frozenset([entity["id"]]))
    share = source.share(Wanted((wanted,), timeless=False))
    if share is None or not narrowing.fits(source.stored["information"], entity):
        return None
    return Difference(_share(share, one.before), _share(share, one.after))


def _share(share: Share, entity: Mapping[str, Any] | None) -> Entity | None:
    if entity is None:
        return None
    kept = share.of(entity["attributes"])
    return {**entity, "attributes": {iri: one for iri, one in entity["attributes"].items() if iri in kept}}


def _filtered(copy: Copy) -> bool:
    """Tell whether the source has looked at all filters: it took those of now, and was told of them."""
    return copy.told == copy.wanted and not _wanted(copy)["here"]


def _wanted(copy: Copy) -> Mapping[str, Any]:
    return copy.wanted or {}
