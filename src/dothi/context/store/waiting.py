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


class Queue:
    """Requesters that wait; whoever takes some has their entities for itself until it lets go."""

    def __init__(self) -> None:
        self._waiting: list[Requester] = []
        self._taken: set[Key] = set()
        self._stirred = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, one: Requester) -> None:
        """Wait behind the others."""
        self._waiting.append(one)
        self._stirred.set()

    async def stirred(self) -> None:
        """Wait until somebody may be next."""
        await self._stirred.wait()

    def take(self, most: int) -> list[Requester]:
        """Take those who are next, with `most` changes in all or the first of them alone; perhaps nobody."""
        batch, left, size, shut = list[Requester](), list[Requester](), 0, set(self._taken)
        for one in self._waiting:
            size += len(one.steps)
            if shut.isdisjoint(one.keys) and (size <= most or not batch):
                batch.append(one)
            else:
                size -= len(one.steps)
                left.append(one)
                shut |= one.keys
        self._waiting = left
        self._taken.update(*(one.keys for one in batch))
        if not batch or not left:
            self._stirred.clear()
        return batch

    def let_go(self, batch: Sequence[Requester]) -> None:
        """Give the entities of a batch free."""
        self._taken.difference_update(*(one.keys for one in batch))
        self._stirred.set()
