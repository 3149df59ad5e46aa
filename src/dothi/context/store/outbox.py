"""The outbox: changes that somebody must still be told of, committed together with the change itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from dothi.context.store.rows import Entity, as_text
from dothi.context.store.statements import sql


@dataclass(frozen=True)
class Happened:
    """
    One change of one entity: as it was, as it became (None: it is not there), and when, in UTC.

    `kept_as` is its row in the outbox, where it has one already.
    """

    tenant: str
    entity_id: str
    before: Entity | None
    after: Entity | None
    at: str
    kept_as: UUID | None = None

    @cached_property
    def id(self) -> UUID:
        """Return its row in the outbox; most changes need none, for nobody is told of them."""
        return self.kept_as or uuid4()


async def keep(connection: asyncpg.Connection, happened: Sequence[Happened]) -> None:
    """Keep changes in the transaction that makes them."""
    await connection.execute(sql("outbox_keep"), told_of(happened))


def told_of(happened: Sequence[Happened]) -> list[dict[str, Any]]:
    """Return changes as they are told to a statement that keeps them."""
    return [
        {"id": str(one.id), "tenant": one.tenant, "entity_id": one.entity_id,
         "at": one.at, "before": one.before, "after": one.after}
        for one in happened
    ]  # fmt: skip


async def left(pool: asyncpg.Pool, known: Sequence[UUID], most: int) -> list[Happened]:
    """Return what is kept but for the rows `known`, in the order in which it was kept; `most` at most."""
    found = await pool.fetch(sql("outbox_left"), list(known), most)
    return [
        Happened(row["tenant"], row["entity_id"], row["before"], row["after"], as_text(row["at"]), row["id"])
        for row in found
    ]


async def forget(pool: asyncpg.Pool, done: Sequence[UUID]) -> None:
    """Drop what everybody is told of."""
    await pool.execute(sql("outbox_forget"), list(done))
