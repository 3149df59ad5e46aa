"""
What waits for one subscriber: sent in order, one after the other, and kept within bounds.

While a subscriber is not to be disturbed (`throttling`) or cannot be reached (`cooldown`), changes of one
entity become one: from how it was when the first waited to how it is now. So what waits is never more
than one state of each entity, and nothing that is true now is lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.endpoints import Outcome
from dothi.context.subscriptions.notification import Change
from dothi.context.subscriptions.subscription import Subscription

MOST: Final = 1_000
"""Changes that wait for a subscriber who is reached."""
MOST_HELD: Final = 100
"""Entities that wait for one who is not: the others are told with their next change."""
MOST_TIGHT: Final = 10
"""Entities that wait for anybody while too much waits in all lanes together."""
TOGETHER: Final = 100
"""Entities in one notification."""
GRACE_S: Final = 1.0
"""What is added to a throttling, which is the least that passes."""
POLL_S: Final = 0.005
FIRST_COOLDOWN_S: Final = 1.0
LONGEST_COOLDOWN_S: Final = 60.0
log = logging.getLogger(__name__)

Deliver = Callable[[Subscription, Sequence[Change]], Awaitable[Outcome]]
Release = Callable[[Iterable[UUID]], None]


@dataclass(frozen=True)
class Waiting:
    """A change that waits, and its row in the outbox."""

    change: Change
    row: UUID

    @property
    def entity_id(self) -> str:
        """Return whose change it is."""
        found: str = self.change.difference.entity["id"]
        return found

    @property
    def again(self) -> "Waiting":
        """Return the same, which was told in vain."""
        return replace(self, change=replace(self.change, tried=True))

    def followed_by(self, later: "Waiting") -> "Waiting":
        """Return both changes as one."""
        whole = Difference(self.change.difference.before, later.change.difference.after)
        return Waiting(replace(later.change, difference=whole), later.row)


@dataclass
class Lane:
    """The way to one subscriber; `release` is told of rows of the outbox that are done with."""

    subscription: Subscription
    deliver: Deliver
    release: Release
    busy: bool = False
    """Whether a notification is on its way right now."""
    _waiting: list[Waiting] = field(default_factory=list)
    _held_until: float = 0.0
    _failures: int = 0
    _dropped: bool = False
    _task: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Tell whether nothing waits and nothing is on its way."""
        return not self._waiting and not self.busy and not self._is_held()

    def add(self, change: Change, row: UUID, *, tight: bool = False) -> None:
        """Let a change wait for its turn; `tight` says that too much waits in all lanes together."""
        self._waiting.append(Waiting(change, row))
        most = MOST_TIGHT if tight else self._most
        if len(self._waiting) > 2 * most:
            self._gather(most)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def free(self, most_s: float) -> None:
        """Wait until what is on its way has arrived or is lost, but not for longer."""
        until = asyncio.get_running_loop().time() + most_s
        while self.busy and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(POLL_S)

    def drop(self) -> None:
        """Forget what waits: the subscription is gone, paused or over."""
        self._dropped = True
        self.stop()
        self.release([one.row for one in self._waiting])
        self._waiting = []

    def stop(self) -> asyncio.Task[None] | None:
        """Send no more; what waits stays in the outbox for whoever begins again. Returns what ends."""
        if self._task is not None:
            self._task.cancel()
        return self._task

    def hold(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._held_until = asyncio.get_running_loop().time() + seconds

    async def _run(self) -> None:
        while self._waiting:
            if self._is_held():
                await asyncio.sleep(self._held_until - asyncio.get_running_loop().time())
                self._gather(self._most)
            taken = self._taken()
            self.busy = True
            try:
                outcome = await self.deliver(self.subscription, [one.change for one in taken])
            except asyncio.CancelledError:
                self.release([one.row for one in taken if self._dropped])
                raise
            except Exception:  # what one change brings about must not keep those behind it
                log.exception("subscription %s: a notification could not be made", self.subscription.key[1])
                outcome = Outcome.REFUSED
            finally:
                self.busy = False
            self._ended(outcome, taken)

    def _ended(self, outcome: Outcome, taken: list[Waiting]) -> None:
        if outcome is Outcome.LOST:
            self._failures += 1
            self.hold(self._cooldown_s())
            self._waiting = [*(one.again for one in taken), *self._waiting]
            self._gather(self._most)
            return
        self._failures = 0
        self.release([one.row for one in taken])
        if self.subscription.throttling_s:
            self.hold(self.subscription.throttling_s + GRACE_S)

    def _taken(self) -> list[Waiting]:
        """Take the next changes, no two of one entity."""
        taken: dict[str, Waiting] = {}
        for one in self._waiting[:TOGETHER]:
            if one.entity_id in taken:
                break
            taken[one.entity_id] = one
        self._waiting = self._waiting[len(taken) :]
        return list(taken.values())

    @property
    def _most(self) -> int:
        return MOST_HELD if self._failures else MOST

    def _gather(self, most: int) -> None:
        """Make one of all changes of an entity, in the place of the last; drop the oldest too many."""
        gathered: dict[str, Waiting] = {}
        for one in self._waiting:
            earlier = gathered.pop(one.entity_id, None)
            gathered[one.entity_id] = earlier.followed_by(one) if earlier else one
        kept = list(gathered.values())[-most:]
        if len(kept) < len(gathered):
            log.warning("subscription %s: more entities wait than %d", self.subscription.key[1], most)
        rows = {one.row for one in kept}
        self.release([one.row for one in self._waiting if one.row not in rows])
        self._waiting = kept

    def _is_held(self) -> bool:
        return self._held_until > asyncio.get_running_loop().time()

    def _cooldown_s(self) -> float:
        told = self.subscription.endpoint.cooldown_s
        growing = FIRST_COOLDOWN_S * 2.0 ** min(self._failures - 1, 10)
        return told if told is not None else min(growing, LONGEST_COOLDOWN_S)
