"""Subscriptions as sources are told of them, as rows (clause 5.8.1.4): what each is to be told, and took."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from dothi.context.store.statements import sql

Json = Mapping[str, Any]
LEASE = timedelta(minutes=1)
"""How long whoever took a copy may take to tell its source."""


@dataclass(frozen=True)
class Copy:
    """
    One subscription at one source. `id` is its id there: whoever knows it is that source.

    `wanted` is what the source is to be told, None where nothing any more; `told` what it took, None where
    nothing yet. `source` is the registration in stored form.
    """

    id: str
    tenant: str
    subscription: str
    registration: str
    source: Json
    wanted: Json | None
    told: Json | None
    tries: int


@dataclass(frozen=True)
class Wanted:
    """What the source of a registration is to be told."""

    registration: str
    source: Json
    told: Json


async def put(
    pool: asyncpg.Pool, tenant: str, subscription: str, wanted: Sequence[Wanted], at: datetime
) -> None:
    """Let these sources be told of a subscription from `at` on, and no others."""
    async with pool.acquire() as connection, connection.transaction():
        for one in wanted:
            made = f"urn:ngsi-ld:Subscription:distsub:{uuid4()}"
            key, source = (tenant, subscription, one.registration), dict(one.source)
            await connection.execute(sql("copy_move"), *key, source, at)
            await connection.execute(sql("copy_put"), made, *key, dict(one.told), source, at)
        named = [one.registration for one in wanted]
        await connection.execute(sql("copy_end"), tenant, subscription, named, at)
        await connection.execute(sql("copy_prune"), tenant, subscription)


async def take(pool: asyncpg.Pool, at: datetime, most: int) -> list[Copy]:
    """Return copies whose sources are to be told something now, which nobody else takes meanwhile."""
    return [Copy(**row) for row in await pool.fetch(sql("copy_take"), at, at + LEASE, most)]


async def told(pool: asyncpg.Pool, copy: Copy) -> None:
    """Note that a source took what `copy` says."""
    told = None if copy.wanted is None else dict(copy.wanted)
    await pool.execute(sql("copy_told"), copy.id, told)
    await pool.execute(sql("copy_forget"), copy.id)


async def later(pool: asyncpg.Pool, copy: Copy, at: datetime) -> None:
    """Let a source be told at `at`, for now it took nothing."""
    await pool.execute("update context.subscription_copy set next_at = $2 where id = $1", copy.id, at)


async def at_once(
    pool: asyncpg.Pool, back: Collection[tuple[str, str]], under_way: Collection[str], at: datetime
) -> None:
    """Let sources (tenants and registrations) hear at `at` what waits for them, but for what is under way."""
    tenants, registrations = map(list, zip(*back, strict=True))
    await pool.execute(sql("copy_at_once"), tenants, registrations, list(under_way), at)


async def one(pool: asyncpg.Pool, name: str) -> Copy | None:
    """Return the copy of an id, None where there is none, or none any more."""
    row = await pool.fetchrow(sql("copy_one"), name)
    return Copy(**row) if row else None


async def taken(pool: asyncpg.Pool, tenant: str, subscription: str) -> list[str]:
    """Return the registrations whose sources took a subscription, and are to have it still."""
    return [row["registration"] for row in await pool.fetch(sql("copy_taken"), tenant, subscription)]


async def names(pool: asyncpg.Pool, tenant: str, *, ending: bool = False, of: str | None = None) -> list[str]:
    """
    Return the ids of subscriptions of which sources are told; with `ending` of those that end, too.

    `of` asks for one of them only.
    """
    return [row["subscription"] for row in await pool.fetch(sql("copy_names"), tenant, ending, of)]


async def tenants(pool: asyncpg.Pool) -> list[str]:
    """Return the tenants that have sources, or had when a subscription was copied."""
    return [row["tenant"] for row in await pool.fetch(sql("copy_tenants"))]
