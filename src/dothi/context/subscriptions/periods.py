"""Periodic notifications (`timeInterval`, clause 5.8.6): all entities that are meant, changed or not."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from dothi.context.store import subscribed
from dothi.context.store.pool import GONE
from dothi.context.subscriptions.courier import Courier
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.subscription import Key, Subscription

STEP_S: Final = 0.05
PAGE: Final = 500
"""Entities in one notification; where more are meant, more notifications tell of them."""
log = logging.getLogger(__name__)


@dataclass
class Turn:
    """When a subscriber is told next, in seconds of the event loop's clock, and whether one is told now."""

    subscription: Subscription
    due: float
    task: asyncio.Task[None] | None = None


@dataclass
class Periods:
    """The subscribers who are told in turns."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    courier: Courier
    _turns: dict[Key, Turn] = field(default_factory=dict)

    def put(self, one: Subscription) -> None:
        """Tell a subscriber from one interval on."""
        self.drop(one.key)
        if one.interval_s is not None:
            self._turns[one.key] = Turn(one, asyncio.get_running_loop().time() + one.interval_s)

    def one(self, key: Key) -> Subscription | None:
        """Return the subscription of a key."""
        turn = self._turns.get(key)
        return turn.subscription if turn else None

    def drop(self, key: Key) -> None:
        """Tell a subscriber no more."""
        turn = self._turns.pop(key, None)
        if turn is not None and turn.task is not None:
            turn.task.cancel()

    def stop(self) -> None:
        """Tell nobody any more."""
        for key in list(self._turns):
            self.drop(key)

    async def run(self) -> None:
        """Tell whoever is due, until cancelled; who is still being told is left out this time."""
        while True:
            await asyncio.sleep(STEP_S)
            now = asyncio.get_running_loop().time()
            for turn in self._turns.values():
                if turn.due <= now:
                    self._begin(turn, now)

    def _begin(self, turn: Turn, now: float) -> None:
        interval_s = turn.subscription.interval_s or 0
        turn.due = max(turn.due + interval_s, now)
        if turn.task is None or turn.task.done():
            turn.task = asyncio.create_task(self._tell(turn))

    async def _tell(self, turn: Turn) -> None:
        subscription = turn.subscription
        if not subscription.is_active(self.clock()):
            return
        try:
            outcome = await self._told(subscription)
        except GONE:
            log.exception("subscription %s: its entities could not be read", subscription.key[1])
            return
        cooldown_s = subscription.endpoint.cooldown_s
        if outcome is Outcome.LOST and cooldown_s:
            turn.due = max(turn.due, asyncio.get_running_loop().time() + cooldown_s)

    async def _told(self, subscription: Subscription) -> Outcome:
        after: str | None = ""
        outcome = Outcome.ARRIVED
        while after is not None and outcome is not Outcome.LOST:
            reach = self.courier.seeing.reach(subscription)
            found, after = await subscribed.meant(
                self.pool, subscription.key[0], subscription.meant.query, after, PAGE, reach
            )
            if found:
                outcome = await self.courier.entities(subscription, found)
        return outcome
