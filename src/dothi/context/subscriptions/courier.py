"""
The courier: words notifications, sends them within time and turns, and counts what became of them.

However many subscribers share a host that does not answer, they wait for each other there and hold up
nobody at other hosts.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from dothi.context.rights.reach import Reach
from dothi.context.store.rows import as_text
from dothi.context.subscriptions import bodies
from dothi.context.subscriptions.endpoints import Outcome, Ways
from dothi.context.subscriptions.notification import Change, notification, notified, selected, written
from dothi.context.subscriptions.seeing import Seeing
from dothi.context.subscriptions.subscription import Endpoint, Subscription, Wording
from dothi.context.subscriptions.tally import Tally

TIMEOUT_S: Final = 5.0
LONGEST_TIMEOUT_S: Final = 30.0
AT_ONCE: Final = 512
AT_ONE_HOST: Final = 8
Entity = dict[str, Any]
Follow = Callable[[str, Reach, Wording, Sequence[Entity]], Awaitable[Sequence[Entity]]]
"""Gives entities of a tenant with those within reach that they lead to, as `join` has it (clause 4.5.23)."""


@dataclass
class Turns:
    """Lets so many in at once, and so many for each host."""

    _all: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _hosts: dict[str, tuple[asyncio.Semaphore, int]] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at a host; it ends with the block."""
        gate, waiting = self._hosts.get(host, (asyncio.Semaphore(AT_ONE_HOST), 0))
        self._hosts[host] = gate, waiting + 1
        try:
            async with gate, self._all:
                yield
        finally:
            self._leave(host)

    def _leave(self, host: str) -> None:
        gate, waiting = self._hosts[host]
        if waiting == 1:
            del self._hosts[host]
        else:
            self._hosts[host] = gate, waiting - 1


@dataclass
class Courier:
    """Sends notifications by their ways."""

    ways: Ways
    clock: Callable[[], datetime]
    follow: Follow
    seeing: Seeing
    tally: Tally = field(default_factory=Tally)
    _turns: Turns = field(default_factory=Turns)

    async def changes(self, subscription: Subscription, changes: Sequence[Change]) -> Outcome:
        """Tell a subscriber of changes of entities, no two of one, as far as he may still read them."""
        seen = [await self.seeing.still(subscription, one) for one in changes]
        told = [notified(one, subscription) for one in seen if one is not None]
        again = all(one.tried for one in changes)
        return await self.entities(subscription, told, again=again) if told else Outcome.REFUSED

    async def entities(
        self, subscription: Subscription, stored: Sequence[Entity], *, again: bool = False
    ) -> Outcome:
        """Tell a subscriber, perhaps again, of entities in stored form, which are within his reach."""
        if not subscription.is_active(self.clock()):
            return Outcome.REFUSED
        wording = subscription.wording
        found: Sequence[Entity] = [selected(one, wording) for one in stored]
        if wording.join != "@none":
            found = await self.follow(subscription.key[0], self.seeing.reach(subscription), wording, found)
        data: Any = [written(one, wording) for one in found]
        if subscription.endpoint.accept == bodies.GEO_JSON:
            data = bodies.features(found, data)
        at = self.clock()
        told = notification(subscription.key[1], data, as_text(at))
        self.tally.sent(subscription.key, at, again=again)
        outcome = await self._sent(subscription.endpoint, bodies.body(subscription, told))
        well = outcome is Outcome.ARRIVED
        self.tally.ended(subscription.key, self.clock(), well=well, again=again)
        return outcome

    async def _sent(self, endpoint: Endpoint, body: bodies.Body) -> Outcome:
        patience_s = min(endpoint.timeout_s or TIMEOUT_S, LONGEST_TIMEOUT_S)
        async with self._turns.turn(urlsplit(endpoint.uri).netloc):
            try:
                async with asyncio.timeout(patience_s):
                    return await self.ways.to(endpoint).send(endpoint, body)
            except TimeoutError:
                return Outcome.LOST
