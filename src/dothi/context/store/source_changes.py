"""
What subscribers to registrations are still to be told (clause 5.11.7), committed with the change itself.

A row goes when everybody is told. Whoever takes it up has it for `LEASE`: if that process ends, another, or
the same once it runs again, tells it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from dothi.context.store.statements import sql

Stored = Mapping[str, Any]
LEASE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Happened:
    """
    How a registration was and became, None where it is not there; or, with `subscription`, that this one is
    to hear of all registrations there are.
    """

    seq: int
    tenant: str
    before: Stored | None
    after: Stored | None
    subscription: str | None


async def keep(
    connection: asyncpg.Connection, tenant: str, before: Stored | None, after: Stored | None, at: datetime
) -> Happened | None:
    """Keep a change of a registration in the transaction that makes it; None where nobody subscribed."""
    told = (None if one is None else dict(one) for one in (before, after))
    row = await connection.fetchrow(sql("source_change_keep"), tenant, *told, at + LEASE)
    return Happened(**row) if row else None


async def begin(connection: asyncpg.Connection, tenant: str, subscription: str, at: datetime) -> Happened:
    """Keep in the transaction that makes a subscription that it is to hear of all there is."""
    row = await connection.fetchrow(sql("source_change_begin"), tenant, subscription, at + LEASE)
    return Happened(**row)


async def take(pool: asyncpg.Pool, mine: Collection[int], at: datetime, most: int) -> list[Happened]:
    """Return what nobody tells, in its order and `most` at most, but for the rows `mine`."""
    found = await pool.fetch(sql("source_change_take"), at, list(mine), most, at + LEASE)
    return sorted((Happened(**row) for row in found), key=lambda one: one.seq)


async def free(pool: asyncpg.Pool, at: datetime) -> None:
    """Let everything be taken: whoever begins tells what an earlier process left."""
    await pool.execute("update context.source_change set free_at = $1", at)


async def forget(pool: asyncpg.Pool, seq: int) -> None:
    """Drop what everybody is told of."""
    await pool.execute("delete from context.source_change where seq = $1", seq)
