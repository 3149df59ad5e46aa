"""What sources notified, kept until whoever subscribed here is told; `store.outbox` forgets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from dothi.context.store.statements import sql


@dataclass(frozen=True)
class Heard:
    """An entity as it was and as it became at a source, None where it is not there."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    id: UUID = field(default_factory=uuid4)


async def keep(pool: asyncpg.Pool, copy: str, several: Sequence[Heard]) -> None:
    """Keep what came under the copy of a subscription."""
    told = [{"id": str(one.id), "before": one.before, "after": one.after} for one in several]
    if told:
        await pool.execute(sql("heard_keep"), copy, told)


async def left(pool: asyncpg.Pool) -> dict[str, list[Heard]]:
    """Return what is kept, by the copy under which it came, in the order in which it came."""
    found: dict[str, list[Heard]] = {}
    for row in await pool.fetch("select id, copy, before, after from context.heard order by seq"):
        found.setdefault(row["copy"], []).append(Heard(row["before"], row["after"], row["id"]))
    return found
