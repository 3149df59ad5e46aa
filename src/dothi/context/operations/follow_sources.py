"""Subscriptions to registrations (clause 5.11): keeping them, and telling what becomes of registrations."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import asyncpg

from dothi.context.errors import LdContextNotAvailable, ResourceNotFound
from dothi.context.jsonld.contexts import names as names_here
from dothi.context.operations.contexts import PATH, Contexts
from dothi.context.operations.subscribe import Speaker
from dothi.context.registrations import members as registrations
from dothi.context.registrations.matching import information, matches
from dothi.context.registrations.wanted import Wanted
from dothi.context.rights.book import Book
from dothi.context.store import registrations as sources
from dothi.context.store import source_subscriptions as rows
from dothi.context.store.rows import as_text
from dothi.context.store.subscriptions import Kept
from dothi.context.subscriptions import bodies, members, selecting
from dothi.context.subscriptions import sources as wanting
from dothi.context.subscriptions.endpoints import Outcome, Ways
from dothi.context.subscriptions.subscription import Subscription, subscription_of, wording_of

Stored = Mapping[str, Any]
TIMEOUT_S: Final = 5.0
LONGEST_TIMEOUT_S: Final = 30.0
MOST: Final = 1_000
"""Notifications that may be under way or wait; what is over it is not sent, and logged."""
STEP_S: Final = 0.5
DATABASE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
log = logging.getLogger(__name__)


@dataclass
class SourceSubscriptions:
    """Subscribers to registrations. What waits to be told does not survive the process."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    contexts: Contexts
    ways: Ways
    book: Book
    _under_way: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict)
    """The last notification to each subscriber: the next goes after it."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Tell those who are told in turns (timeInterval) when theirs comes, until cancelled."""
        while True:
            try:
                for kept in await rows.due(self.pool, self.clock()):
                    await self._turn(kept, "updated")
            except DATABASE:
                log.exception("whose turn it is could not be read; once more")
            await asyncio.sleep(STEP_S)

    async def create(self, told: Any, speaker: Speaker) -> str:
        """Subscribe (5.11.2) and tell what there is. Raises BadRequestData, AlreadyExists, …"""
        at = self.clock()
        stored = wanting.read(told, speaker.names, speaker.context, at)
        stored.setdefault("id", f"urn:ngsi-ld:Subscription:{uuid4()}")
        link = speaker.address or await self._served(speaker)
        kept = Kept(
            speaker.tenant,
            stored["id"],
            stored,
            speaker.context,
            link,
            speaker.host,
            at,
            at,
            maker=speaker.maker,
        )
        await rows.add(self.pool, kept)
        await self._begun(kept)
        return kept.id

    async def update(self, name: str, told: Any, speaker: Speaker) -> None:
        """Change a subscription (5.11.3). Raises BadRequestData, ResourceNotFound."""
        kept, at = await self.one(speaker.tenant, name), self.clock()
        stored = wanting.patched(kept.stored, told, speaker.names, speaker.context, at)
        await rows.change(self.pool, speaker.tenant, name, stored, at)
        await self._begun(await self.one(speaker.tenant, name))

    async def one(self, tenant: str, name: str) -> Kept:
        """Return a subscription (5.11.4). Raises ResourceNotFound."""
        found = await rows.everything(self.pool, tenant, name)
        if not found:
            raise ResourceNotFound("there is no such subscription")
        return found[0]

    async def everything(self, tenant: str) -> list[Kept]:
        """Return the subscriptions of a tenant (5.11.5)."""
        return await rows.everything(self.pool, tenant)

    async def delete(self, tenant: str, name: str) -> None:
        """Delete a subscription (5.11.6). Raises ResourceNotFound."""
        if not await rows.delete(self.pool, tenant, name):
            raise ResourceNotFound("there is no such subscription")

    async def changed(self, tenant: str, before: Stored | None, after: Stored | None) -> None:
        """Tell subscribers of a change of one registration, None where it is not there (5.11.7)."""
        for kept in await rows.everything(self.pool, tenant):
            wanted = None if "timeInterval" in kept.stored else await self._wanted(kept)
            if wanted is None:
                continue
            was = before is not None and matches(before, wanted)
            told = after if after is not None and matches(after, wanted) else before
            reason = wanting.why(was=was, matching=told is after and after is not None)
            if reason and told is not None:
                self._tell(kept, reason, [_meant(told, wanted)])

    async def end(self) -> None:
        """Tell nobody any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ways.close()

    async def _begun(self, kept: Kept) -> None:
        """Tell a new subscriber of all that matches already."""
        await self._turn(kept, "newlyMatching")

    async def _turn(self, kept: Kept, reason: str) -> None:
        """Tell a subscriber of all that matches; where he is told in turns, also that nothing does."""
        wanted = await self._wanted(kept)
        if wanted is None:
            return
        there = await sources.everything(self.pool, kept.tenant, self.clock())
        found = [_meant(one.stored, wanted) for one in there if matches(one.stored, wanted)]
        if found or "timeInterval" in kept.stored:
            self._tell(kept, reason, found)

    async def _wanted(self, kept: Kept) -> Wanted | None:
        """Return what a subscriber wants, None where the @context of its filter cannot be had now."""
        context = kept.stored["csf"]["context"] if "csf" in kept.stored else None
        try:
            names = await self.contexts.names(context, tenant=kept.tenant, host=kept.host)
        except LdContextNotAvailable as error:
            log.warning("subscription %s cannot be told: %s", kept.id, error)
            return None
        return wanting.wanted_by(kept.stored, names)

    def _tell(self, kept: Kept, reason: str, found: Sequence[Stored]) -> None:
        if members.status(kept.stored, self.clock()) != "active" or not self._may_read(kept):
            return
        if len(self._tasks) >= MOST:
            log.warning("subscription %s is not told: too much is under way", kept.id)
            return
        key = (kept.tenant, kept.id)
        task = asyncio.create_task(self._told(kept, reason, found, self._under_way.get(key)))
        self._tasks.add(task)
        self._under_way[key] = task
        task.add_done_callback(lambda done: self._done(key, done))

    def _may_read(self, kept: Kept) -> bool:
        """Tell whether a subscriber may read all, for a registration tells what there is of any kind."""
        return self.book.reading(kept.maker, kept.tenant, self.clock()).everything

    def _done(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("subscription %s is not told", key[1], exc_info=task.exception())

    async def _told(
        self, kept: Kept, reason: str, found: Sequence[Stored], earlier: asyncio.Task[None] | None
    ) -> None:
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

    async def _sent(self, ready: Subscription, told: Mapping[str, Any]) -> Outcome:
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

    async def _served(self, speaker: Speaker) -> str:
        """Return an address at which the @context of the request can be had from now on (5.13.1)."""
        local = await self.contexts.create(speaker.context, tenant=speaker.tenant)
        return f"{speaker.scheme}://{speaker.host}{PATH}{local}"


def _meant(stored: Stored, wanted: Wanted) -> Stored:
    """Return a registration with the parts of its information that a subscriber wants; all if it is none."""
    return {**stored, "information": information(stored, wanted) or stored["information"]}
