"""Context information subscription (clause 5.8): making, changing, giving and deleting subscriptions."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import asyncpg

from dothi.context.errors import NgsiLdError, ResourceNotFound
from dothi.context.jsonld.contexts import CORE, is_core
from dothi.context.jsonld.names import Names
from dothi.context.operations import limits
from dothi.context.operations.contexts import PATH, Contexts
from dothi.context.operations.following import following
from dothi.context.outbound import Outbound
from dothi.context.rights.book import Book, Maker
from dothi.context.store import subscriptions as rows
from dothi.context.store.rows import as_text
from dothi.context.store.subscriptions import Kept
from dothi.context.subscriptions import members, selecting
from dothi.context.subscriptions.courier import Courier
from dothi.context.subscriptions.endpoints import Ways
from dothi.context.subscriptions.endpoints.http import Http
from dothi.context.subscriptions.endpoints.mqtt import Mqtt
from dothi.context.subscriptions.notifier import Notifier
from dothi.context.subscriptions.periods import Periods
from dothi.context.subscriptions.seeing import Seeing
from dothi.context.subscriptions.subscription import Subscription, subscription_of, wording_of

Changed = Callable[[str, str], Awaitable[None]]
"""Hears of a tenant and the id of one of its subscriptions."""
AGAIN_S: Final = 30.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Speaker:
    """
    Who subscribes: the tenant, the names and @context of the request, and how the broker was called.

    `maker` is whose rights bound what is told; `theirs` the client whose subscriptions may be changed, None
    for those of all. `met` are the brokers that the request came through, None where it goes no further.
    """

    tenant: str
    names: Names
    context: object
    scheme: str
    host: str
    maker: Maker | None = None
    theirs: str | None = None
    met: tuple[str, ...] | None = ()

    @property
    def address(self) -> str | None:
        """Return the address of the @context, None where it has none of its own."""
        told = self.context if isinstance(self.context, list) else [self.context]
        several = [one for one in told if one and not is_core(one)] or [CORE]
        return several[0] if len(several) == 1 and isinstance(several[0], str) else None


@dataclass
class Subscriptions:
    """The subscriptions of a broker; what they say is in the database, who is told in the notifier."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    contexts: Contexts
    notifier: Notifier
    changed: Changed
    """Hears, after its commit, that one is new, other or gone."""
    most: int = limits.Limits.subscriptions
    """How many a tenant may have."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while one changes, so that the notifier hears of changes in the order of their commits."""
    _later: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Tell all subscribers from now on, first of what an earlier process left untold."""
        waiting = [kept for kept in await rows.everything(self.pool) if not await self._told(kept)]
        self.notifier.begin()
        self._later = asyncio.create_task(self._tell_later(waiting))

    async def end(self) -> None:
        """Tell nobody any more."""
        if self._later is not None:
            self._later.cancel()
        await self.notifier.end()

    async def create(self, told: Any, speaker: Speaker) -> str:
        """Make a subscription and return its id (5.8.1). Raises BadRequestData, Forbidden, …"""
        at = self.clock()
        stored = members.whole(told, speaker.names, speaker.context, at)
        stored.setdefault("id", f"urn:ngsi-ld:Subscription:{uuid4()}")
        stored["met"] = None if speaker.met is None else list(speaker.met)
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
            scheme=speaker.scheme,
        )
        ready = await self._ready(kept)
        async with self._turn:
            limits.check(await rows.in_all(self.pool, kept.tenant), self.most, "subscriptions")
            await rows.add(self.pool, kept)
            self.notifier.put(ready)
        await self.changed(kept.tenant, kept.id)
        return kept.id

    async def update(self, name: str, told: Any, speaker: Speaker) -> None:
        """Change a subscription (5.8.2). Raises BadRequestData, ResourceNotFound, LdContextNotAvailable."""
        async with self._turn:
            kept, at = await self.one(speaker.tenant, name, speaker.theirs), self.clock()
            stored = members.patched(kept.stored, told, speaker.names, speaker.context, at)
            ready = await self._ready(replace(kept, stored=stored))
            await rows.change(self.pool, speaker.tenant, name, stored, at)
            self.notifier.put(ready)
        await self.changed(speaker.tenant, name)

    async def one(self, tenant: str, name: str, theirs: str | None = None) -> Kept:
        """Return a subscription (5.8.3), of one client where it is told. Raises ResourceNotFound."""
        await self.notifier.settled((tenant, name))
        found = await rows.one(self.pool, tenant, name, theirs)
        if found is None:
            raise ResourceNotFound("there is no such subscription")
        return found

    async def delete(self, tenant: str, name: str, theirs: str | None = None) -> None:
        """Delete a subscription (5.8.5), of one client where it is told. Raises ResourceNotFound."""
        async with self._turn:
            if not await rows.delete(self.pool, tenant, name, theirs):
                raise ResourceNotFound("there is no such subscription")
            self.notifier.drop((tenant, name))
        await self.changed(tenant, name)

    async def _told(self, kept: Kept) -> bool:
        """Tell a subscriber from now on, if its @context can be had; return whether that is so."""
        try:
            ready = await self._ready(kept)
        except NgsiLdError as error:
            log.warning("subscription %s cannot be told: %s", kept.id, error)
            return False
        self.notifier.put(ready)
        return True

    async def _tell_later(self, waiting: list[Kept]) -> None:
        """Try again with subscribers whose @contexts could not be had, as long as there are such."""
        while waiting:
            await asyncio.sleep(AGAIN_S)
            async with self._turn:
                found = [await rows.one(self.pool, kept.tenant, kept.id) for kept in waiting]
                waiting = [kept for kept in found if kept is not None and not await self._told(kept)]

    async def _served(self, speaker: Speaker) -> str:
        """Return an address at which the @context of the request can be had from now on (5.13.1)."""
        local = await self.contexts.create(speaker.context, tenant=speaker.tenant)
        return f"{speaker.scheme}://{speaker.host}{PATH}{local}"

    async def _ready(self, kept: Kept) -> Subscription:
        """Return a subscription as the notifier needs it. Raises BadRequestData, LdContextNotAvailable."""
        stored = kept.stored
        context, link = kept.context, kept.link
        if "jsonldContext" in stored:
            context = link = stored["jsonldContext"]
        names = await self.contexts.names(context, tenant=kept.tenant, host=kept.host)
        q_context = stored["q"]["context"] if "q" in stored else None
        q_names = await self.contexts.names(q_context, tenant=kept.tenant, host=kept.host)
        meant = selecting.meant(stored, q_names)
        wording = wording_of(stored, names, context, link)
        return subscription_of((kept.tenant, kept.id), stored, meant, wording, kept.created_at, kept.maker)


def written(kept: Kept, names: Names, now: datetime, *, system: bool = False) -> dict[str, Any]:
    """Return a subscription with short names, its status and its counters (5.2.12, 5.2.14.2)."""
    told = members.written(kept.stored, names, now)
    told["notification"] = {**told["notification"], **_counted(kept)}
    if PATH in kept.link:  # kept here because the request had a @context of several parts (5.13.1)
        told.setdefault("jsonldContext", kept.link)
    if system:
        told |= {"createdAt": as_text(kept.created_at), "modifiedAt": as_text(kept.modified_at)}
    return told


def _counted(kept: Kept) -> Mapping[str, Any]:
    """Return what became of the notifications; nothing where none was sent yet."""
    if not kept.times_sent:
        return {}
    told: dict[str, Any] = {"timesSent": kept.times_sent}
    if kept.times_failed:  # ETSI's suite wants none where nothing failed
        told["timesFailed"] = kept.times_failed
    instants = {
        "lastNotification": kept.last_notification,
        "lastSuccess": kept.last_success,
        "lastFailure": kept.last_failure,
    }
    told |= {key: as_text(at) for key, at in instants.items() if at is not None}
    if kept.last_success is None and kept.last_failure is None:
        return told
    return {**told, "status": "failed" if _fails(kept) else "ok"}


def _fails(kept: Kept) -> bool:
    if kept.last_failure is None:
        return False
    return kept.last_success is None or kept.last_failure > kept.last_success


def subscriptions(
    pool: asyncpg.Pool,
    clock: Callable[[], datetime],
    contexts: Contexts,
    outbound: Outbound,
    book: Book,
    changed: Changed,
    most: int,
) -> Subscriptions:
    """Return the subscriptions, `most` a tenant, of a broker that sends where `outbound` lets it."""
    ways = Ways(Http(outbound), Mqtt(outbound))
    courier = Courier(ways, clock, following(pool), Seeing(pool, clock, book))
    notifier = Notifier(pool, clock, courier, Periods(pool, clock, courier))
    return Subscriptions(pool, clock, contexts, notifier, changed, most)
