"""
Changing entities that are there in two trips, without locks: reading them, and writing all that comes of it.

    entities, versions = await rows.seen(connection, keys)
    …
    if not await write(connection, Draft(entities, versions, after), happened, wanted): …

Each trip is a transaction of its own. Whoever changes one of the entities in between is found out by its
version, and nothing is written; then the caller begins anew. What makes or deletes an entity goes the long
way (`rows.locked`), for its past has to be made known, or to go, before anything is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from dothi.context.store import history, outbox
from dothi.context.store.outbox import Happened
from dothi.context.store.rows import Entity, Key, Versions, difference
from dothi.context.store.statements import sql


@dataclass(frozen=True)
class Draft:
    """Entities as they were seen, of which versions, and what became of them."""

    before: Mapping[Key, Entity]
    versions: Versions
    after: Mapping[Key, Entity | None]

    def rows(self) -> list[dict[str, Any]]:
        """Return what differs, in the order in which entities are locked."""
        return [
            {**difference(key, self.before[key], entity), "version": str(self.versions[key])}
            for key, entity in sorted(self.after.items(), key=_key)
            if entity is not None and entity is not self.before[key]
        ]


async def write(
    connection: asyncpg.Connection, draft: Draft, happened: Sequence[Happened], wanted: Sequence[Happened]
) -> bool:
    """
    Write what `happened` and its past, keep those `wanted` in the outbox, and tell whether it could be.

    It cannot where an entity is made or deleted, or more is said than one statement takes. Raises
    asyncpg.SerializationError where an entity is not as it was seen, or was not known to have had such an
    attribute.
    """
    if any(one.before is None or one.after is None for one in happened):
        return False
    said = [each for one in happened for each in history.left_by(one)]
    if len(said) > history.PIECE:
        return False
    if happened:
        rows, told, kept = draft.rows(), history.told_of(said), outbox.told_of(wanted)
        await connection.execute(sql("at_once"), rows, len(rows), told, len(told), kept)
    return True


def _key(one: tuple[Key, Entity | None]) -> Key:
    return one[0]
