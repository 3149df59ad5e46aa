"""Subscriptions to registrations as rows (clause 5.11), in the form of `store.subscriptions`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from dothi.context.errors import AlreadyExists
from dothi.context.store.statements import sql
from dothi.context.store.subscriptions import Kept, kept


async def add(connection: asyncpg.Connection, one: Kept) -> None:
    """Keep a new subscription. Raises AlreadyExists."""
    try:
        await connection.execute(
            sql("source_subscription_add"),
            one.tenant,
            one.id,
            dict(one.stored),
            one.heard,
            one.created_at,
            one.made_by,
        )
    except asyncpg.UniqueViolationError as error:
        raise AlreadyExists(f"{one.id} exists already") from error


async def everything(pool: asyncpg.Pool, tenant: str, name: str | None = None) -> list[Kept]:
    """Return the subscriptions of a tenant in the order in which they were made, or the one called `name`."""
    found = await pool.fetch(sql("source_subscription_all"), tenant, name)
    return [kept(row) for row in found]


async def due(pool: asyncpg.Pool, at: datetime) -> list[Kept]:
    """Return the subscriptions whose turn has come at `at`, which is theirs and nobody else's then."""
    return [kept(row) for row in await pool.fetch(sql("source_subscription_due"), at)]


async def change(
    connection: asyncpg.Connection, tenant: str, name: str, stored: Mapping[str, Any], at: datetime
) -> None:
    """Put `stored` in place of what a subscription said."""
    await connection.execute(sql("source_subscription_change"), tenant, name, dict(stored), at)


async def delete(pool: asyncpg.Pool, tenant: str, name: str) -> bool:
    """Drop a subscription; tell whether there was one."""
    return await pool.fetchval(sql("source_subscription_delete"), tenant, name) is not None


async def count(
    pool: asyncpg.Pool, tenant: str, name: str, sent_at: datetime, ended_at: datetime, *, well: bool
) -> None:
    """Count one notification and what became of it (5.2.14.2)."""
    await pool.execute(sql("source_subscription_count"), tenant, name, sent_at, ended_at, well)
