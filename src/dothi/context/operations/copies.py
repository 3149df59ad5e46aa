"""
Subscriptions at sources (clause 5.8.1.4): which sources are told of which, and telling them until they know.

What a source is to be told stands in the database beside what it took. A link that is cut, a source that is
away and a broker that is killed delay it, no more: whoever runs tells again until both are the same.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from dothi.context.errors import LoopDetected, NgsiLdError
from dothi.context.federation.calls import Call, Calls, Failed, Trigger
from dothi.context.federation.merging import EARLIEST
from dothi.context.federation.sources import Source
from dothi.context.model.kinds import NULL
from dothi.context.operations.copy_plans import Plans
from dothi.context.store import copies as rows
from dothi.context.store import subscriptions as subscribed
from dothi.context.store.copies import Copy
from dothi.context.store.pool import GONE
from dothi.context.store.registrations import Kept as Registration
from dothi.context.store.subscriptions import Kept

STEP_S: Final = 0.5
LOOK_S: Final = 5.0
"""After which it is seen that registrations came, went or ended by another process, or by themselves."""
AT_ONCE: Final = 50
MOST_UNDER_WAY: Final = 200
PATIENCE_S: Final = 0.5
"""How long whoever changes a subscription waits for sources to hear of it."""
PIECE: Final = 100
"""Subscriptions that are planned before others that are made meanwhile have their turn."""
INTERNAL: Final = "urn:ngsi-ld:Subscription:sources:"
LONGEST: Final = timedelta(minutes=5)
GIVEN_UP: Final = 300
"""Tries after which a source is no longer told that a subscription is gone: a day."""
log = logging.getLogger(__name__)


@dataclass
class Copies:
    """Tells sources of subscriptions. `alias` names a tenant of this broker to others."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    plans: Plans
    calls: Calls
    alias: Callable[[str], str]
    _seen: dict[str, Sequence[tuple[str, datetime]]] = field(default_factory=dict)
    """The registrations of each tenant when its subscriptions were looked at last."""
    _late: set[str] = field(default_factory=set)
    """The tenants of which something could not be written down, for a @context could not be had."""
    _planning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """The last call for each copy: the next goes after it."""

    async def run(self) -> None:
        """Tell sources what they are to know, until cancelled."""
        looked = 0.0
        while True:
            try:
                if asyncio.get_running_loop().time() >= looked + LOOK_S:
                    looked = asyncio.get_running_loop().time()
                    await self._look()
                if back := self.calls.back():
                    await rows.at_once(self.pool, back, self._under_way, self.clock())
                await self._send_due()
            except GONE:
                log.exception("what sources are to be told could not be read; once more")
            await asyncio.sleep(STEP_S)

    async def end(self) -> None:
        """Tell nobody any more; what is left to tell stays in the database."""
        tasks = list(self._under_way.values())
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def changed(self, tenant: str, name: str) -> None:
        """Hear that a subscription is new, other or gone, and give sources a moment to hear of it, too."""
        try:
            if not await self.plans.registry.sources(tenant) and not await self._known(tenant):
                return
            async with self._planning:
                await self._plan(tenant, name, await subscribed.one(self.pool, tenant, name))
            await self._heard()
        except GONE:  # the subscription itself is well; the next look finds what is left to do
            log.exception("sources are told of subscription %s later", name)
            self._seen.pop(tenant, None)

    async def registered(self, tenant: str) -> None:
        """Hear that registrations of a tenant have changed."""
        try:
            await self._plan_all(tenant)
            await self._heard()
        except GONE:  # the registration itself is well; the next look finds what is left to do
            log.exception("sources of tenant %r are told of subscriptions later", tenant)
            self._seen.pop(tenant, None)

    async def internal(self, tenant: str) -> list[Kept]:
        """Return the subscriptions to registrations that stand behind the copies of a tenant (5.8.1.4)."""
        found = await subscribed.several(self.pool, tenant, await rows.names(self.pool, tenant))
        return [_internal(one, self.plans.place(one)) for one in found]

    async def internal_one(self, tenant: str, name: str) -> Kept | None:
        """Return the one of them that is called `name`."""
        behind = name.removeprefix(INTERNAL)
        if behind == name or behind not in await rows.names(self.pool, tenant, of=behind):
            return None
        found = await subscribed.one(self.pool, tenant, behind)
        return None if found is None else _internal(found, self.plans.place(found))

    async def _heard(self) -> None:
        if started := await self._send_due():
            await asyncio.wait(started, timeout=PATIENCE_S)

    async def _known(self, tenant: str) -> list[str]:
        return await rows.names(self.pool, tenant, ending=True)

    async def _look(self) -> None:
        for tenant in await rows.tenants(self.pool):
            there = [(one.id, one.kept.modified_at) for one in await self.plans.registry.sources(tenant)]
            if self._seen.get(tenant) != there or tenant in self._late:
                self._late.discard(tenant)
                await self._plan_all(tenant)

    async def _plan_all(self, tenant: str) -> None:
        """Plan all subscriptions of a tenant anew, some at a time: what changes meanwhile goes between."""
        there = await self.plans.registry.sources(tenant)
        names = await subscribed.ids(self.pool, tenant) if there else []
        known = set(await self._known(tenant))
        names = list(dict.fromkeys([*names, *known]))
        for first in range(0, len(names), PIECE):
            async with self._planning:
                await self._plan_some(tenant, names[first : first + PIECE], known)
        self._seen[tenant] = [(one.id, one.kept.modified_at) for one in there]

    async def _plan_some(self, tenant: str, names: Sequence[str], known: Collection[str]) -> None:
        found = {one.id: one for one in await subscribed.several(self.pool, tenant, names)}
        for name in names:
            await self._plan(tenant, name, found.get(name), heard=name in known)

    async def _plan(self, tenant: str, name: str, kept: Kept | None, *, heard: bool = True) -> None:
        """Write down what sources are to be told of one subscription; `heard`: they may know it already."""
        try:
            wanted = await self.plans.wanted(kept) if kept is not None else []
        except NgsiLdError as error:
            log.warning("sources cannot be told of subscription %s: %s", name, error)
            self._late.add(tenant)
            return
        if wanted or heard:
            await rows.put(self.pool, tenant, name, wanted, self.clock())

    async def _send_due(self) -> list[asyncio.Task[None]]:
        """Begin to tell sources all that is due now; one that does not answer keeps no other waiting."""
        started: list[asyncio.Task[None]] = []
        while len(self._under_way) < MOST_UNDER_WAY:
            due = await rows.take(self.pool, self.clock(), AT_ONCE)
            started += [self._start(one) for one in due]
            if not due:
                break
        return started

    def _start(self, copy: Copy) -> asyncio.Task[None]:
        task = asyncio.create_task(self._send(copy, self._under_way.get(copy.id)))
        self._under_way[copy.id] = task
        task.add_done_callback(lambda done: self._ended(copy, done))
        return task

    def _ended(self, copy: Copy, task: asyncio.Task[None]) -> None:
        if self._under_way.get(copy.id) is task:
            del self._under_way[copy.id]
        if not task.cancelled() and task.exception() is not None:
            log.error("%s is not told of %s", copy.registration, copy.subscription, exc_info=task.exception())

    async def _send(self, copy: Copy, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        try:
            taken = await self._taken(copy)
        except Failed as error:
            log.info("%s is not told of subscription %s: %s", copy.registration, copy.subscription, error)
            taken = isinstance(error.error, LoopDetected)  # it leads back here, and need not be told
        if taken or (copy.wanted is None and copy.tries > GIVEN_UP):
            await rows.told(self.pool, copy)
        else:
            pause = min(timedelta(seconds=2 ** min(copy.tries - 1, 10)), LONGEST)
            await rows.later(self.pool, copy, self.clock() + pause)

    async def _taken(self, copy: Copy) -> bool:
        """Tell a source what it is to know, and return whether it took that. Raises Failed."""
        if copy.wanted is None:
            return await self._status(copy, Call("DELETE", _path(copy))) in (200, 204, 404)
        if copy.told is None:
            status = await self._status(copy, _made(copy, copy.wanted))
            return status < 300 or (status == 409 and await self._changed(copy, copy.wanted))
        return await self._changed(copy, copy.wanted)

    async def _changed(self, copy: Copy, wanted: Mapping[str, Any]) -> bool:
        body = wanted["body"]
        gone = {key: NULL for key in (copy.told or {}).get("body", {}) if key not in {*body, "@context"}}
        call = Call("PATCH", _path(copy), headers=wanted["headers"], body={**gone, **body})
        status = await self._status(copy, call)
        if status == 404:
            status = await self._status(copy, _made(copy, wanted))
        return status < 300

    async def _status(self, copy: Copy, call: Call) -> int:
        met = (copy.wanted or copy.told or {}).get("met", ())
        trigger = Trigger(copy.tenant, self.alias(copy.tenant), tuple(met))
        with trigger.budget:
            status = (await self.calls.send(source_of(copy), call, trigger)).status
        if status >= 400:
            log.info("%s: %s of %s came to %s", copy.registration, call.method, copy.subscription, status)
        return status


def source_of(copy: Copy) -> Source:
    """Return whom a copy is for, also when the registration is gone."""
    return Source(Registration(copy.tenant, copy.registration, copy.source, EARLIEST, EARLIEST))


def _made(copy: Copy, wanted: Mapping[str, Any]) -> Call:
    body = {"id": copy.id, **wanted["body"]}
    return Call("POST", "subscriptions", headers=wanted["headers"], body=body)


def _path(copy: Copy) -> str:
    return f"subscriptions/{copy.id}"


def _internal(kept: Kept, place: str) -> Kept:
    """Return the subscription to registrations by which this broker learns who else has something of it."""
    own = {
        key: kept.stored[key]
        for key in ("entities", "watchedAttributes", "geoQ", "csf")
        if key in kept.stored
    }
    name = f"{INTERNAL}{kept.id}"
    notification = {"endpoint": {"uri": place, "accept": "application/json"}}
    return replace(
        kept, id=name, stored={"id": name, **own, "notification": notification},
        times_sent=0, times_failed=0, last_notification=None, last_success=None, last_failure=None,
    )  # fmt: skip
