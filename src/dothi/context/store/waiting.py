"""
Who waits for a commit: requesters in their order, of which those are next whose entities nobody is at.

So changes of one entity are applied in the order in which they came, while others are committed beside them.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dothi.context.store.rows import Entity


class Changed(NamedTuple):
    """What a change makes of an entity: `entity` None deletes it; `result` is told to the requester."""

    entity: Entity | None
    result: Any = None


Change = Callable[[Entity | None, str], Changed]
"""Takes the entity, None where there is none, and the instant. Raises NgsiLdError."""
Key = tuple[str, str]


@dataclass
class Requester:
    """What one requester wants: changes of one tenant's entities, in their order, and what came of each."""

    steps: Sequence[tuple[Key, Change]]
    told: asyncio.Future[list[Any]]
    results: list[Any] = field(default_factory=list)
    keys: frozenset[Key] = field(init=False)
    """The entities that it changes."""

    def __post_init__(self) -> None:
        self.keys = frozenset(key for key, _ in self.steps)


@dataclass
class Batch:
    """Requesters to be committed together; it has room for so many, and for so many changes."""

    requesters: int
    changes: int
    taken: list[Requester] = field(default_factory=list)
    keys: set[Key] = field(default_factory=set)
    """The entities that they change."""

    def has_room(self, one: Requester) -> bool:
        """Tell whether another has room: the first always has, and who is of the same entities."""
        if not self.taken:
            return True
        return len(one.steps) <= self.changes and (self.requesters > 0 or one.keys <= self.keys)

    def add(self, one: Requester) -> None:
        """Take another one."""
        self.taken.append(one)
        self.keys |= one.keys
        self.requesters -= 1
        self.changes -= len(one.steps)


class Queue:
    """
    Requesters that wait; whoever takes some has their entities for itself until it lets go.

    Half of those who ask are taken at a time, so that while one half is committed the other is read
    and answered. Whoever took all of 64 waited for the database, which then waited for all of them: it had
    nothing to do for two fifths of the time, and a third more updates are done now.
    """

    def __init__(self) -> None:
        self._waiting: list[Requester] = []
        self._taken: set[Key] = set()
        self._under_way = 0
        self._stirred = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def half(self) -> int:
        """Return how many requesters are half of those who wait or are under way, one at least."""
        return (len(self._waiting) + self._under_way + 1) // 2 or 1

    def join(self, one: Requester) -> None:
        """Wait behind the others."""
        self._waiting.append(one)
        self._stirred.set()

    async def stirred(self) -> None:
        """Wait until somebody may be next."""
        await self._stirred.wait()

    def take(self, most: int) -> list[Requester]:
        """
        Take those who are next, half of all but with who wants the same entities; perhaps nobody.

        They have `most` changes together, or it is the first of them alone.
        """
        batch, left, shut = Batch(self.half, most), list[Requester](), set(self._taken)
        for one in self._waiting:
            if shut.isdisjoint(one.keys) and batch.has_room(one):
                batch.add(one)
            else:
                left.append(one)
                shut |= one.keys
        self._waiting = left
        self._taken |= batch.keys
        self._under_way += len(batch.taken)
        if not batch.taken or not left:
            self._stirred.clear()
        return batch.taken

    def let_go(self, batch: Sequence[Requester]) -> None:
        """Give the entities of a batch free."""
        self._taken.difference_update(*(one.keys for one in batch))
        self._under_way -= len(batch)
        self._stirred.set()
