"""Subscriptions as rows (clause 5.8), in the stored form of dothi.context.subscriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import asyncpg

from dothi.context.errors import AlreadyExists
from dothi.context.rights.book import Maker
from dothi.context.store.statements import sql


@dataclass(frozen=True)
class Kept:
    """A subscription as it is kept, with the @context of its making and what became of its notifications."""

    tenant: str
    id: str
    stored: Mapping[str, Any]
    context: object
    link: str
    """The address at which that @context can be had."""
    host: str
    """The name by which this broker was called then, by which it knows its own @contexts."""
    created_at: datetime
    modified_at: datetime
    times_sent: int = 0
    times_failed: int = 0
    last_notification: datetime | None = None
    last_success: datetime | None = None
    last_failure: datetime | None = None
    maker: Maker | None = None
    """Whose rights bound what is told; None where it was made while the doors were open."""
    scheme: str = "http"
    """The scheme of that call."""

    @property
    def base(self) -> str:
        """Return the address at which this broker was called."""
        return f"{self.scheme}://{self.host}"

    @property
    def heard(self) -> dict[str, Any]:
        """Return how it was made, as JSON."""
        return {"context": self.context, "link": self.link, "host": self.host, "scheme": self.scheme}

    @property
    def made_by(self) -> dict[str, Any] | None:
        """Return the maker as JSON."""
        return None if self.maker is None else asdict(self.maker)


async def add(pool: asyncpg.Pool, one: Kept) -> None:
    """Keep a new subscription. Raises AlreadyExists."""
    try:
        await pool.execute(
            sql("subscription_add"),
            one.tenant,
            one.id,
            dict(one.stored),
            one.heard,
            one.created_at,
            one.made_by,
        )
    except asyncpg.UniqueViolationError as error:
        raise AlreadyExists(f"{one.id} exists already") from error


async def one(pool: asyncpg.Pool, tenant: str, name: str, theirs: str | None = None) -> Kept | None:
    """Return one subscription, of the client `theirs` where it is told."""
    row = await pool.fetchrow(sql("subscription_one"), tenant, name, theirs)
    return kept(row) if row else None


async def page(pool: asyncpg.Pool, tenant: str, theirs: str | None, limit: int, offset: int) -> list[Kept]:
    """Return subscriptions in the order in which they were made; at most `limit`."""
    found = await pool.fetch(sql("subscription_page"), tenant, theirs, limit, offset)
    return [kept(row) for row in found]


async def several(pool: asyncpg.Pool, tenant: str, names: Sequence[str]) -> list[Kept]:
    """Return the subscriptions of these ids that there are, in the order in which they were made."""
    found = await pool.fetch(sql("subscription_several"), tenant, list(names)) if names else []
    return [kept(row) for row in found]


async def ids(pool: asyncpg.Pool, tenant: str) -> list[str]:
    """Return the ids of all subscriptions of a tenant, in the order in which they were made."""
    told = "select id from context.subscription where tenant = $1 order by seq"
    return [row["id"] for row in await pool.fetch(told, tenant)]


async def number(pool: asyncpg.Pool, tenant: str, theirs: str | None) -> int:
    """Return how many there are."""
    found: int = await pool.fetchval(sql("subscription_number"), tenant, theirs)
    return found


async def in_all(through: asyncpg.Pool | asyncpg.Connection, tenant: str) -> int:
    """Return how many there are, those to registrations among them."""
    found: int = await through.fetchval(sql("subscription_sum"), tenant)
    return found


async def everything(pool: asyncpg.Pool) -> list[Kept]:
    """Return the subscriptions of all tenants."""
    return [kept(row) for row in await pool.fetch(sql("subscription_all"))]


async def change(pool: asyncpg.Pool, tenant: str, name: str, stored: Mapping[str, Any], at: datetime) -> None:
    """Put `stored` in place of what a subscription said."""
    await pool.execute(sql("subscription_change"), tenant, name, dict(stored), at)


async def delete(pool: asyncpg.Pool, tenant: str, name: str, theirs: str | None = None) -> bool:
    """Drop a subscription, of the client `theirs` where it is told; tell whether there was one."""
    gone = await pool.fetchval(sql("subscription_delete"), tenant, name, theirs)
    return gone is not None


async def count(pool: asyncpg.Pool, counts: Sequence[Mapping[str, Any]]) -> None:
    """Add what became of notifications to what is kept of it (5.2.14.2)."""
    await pool.execute(sql("subscription_count"), list(counts))


def kept(row: Mapping[str, Any]) -> Kept:
    """Return a row of subscriptions, or of those to registrations."""
    maker = None if row["maker"] is None else Maker(**row["maker"])
    return Kept(**{**dict(row), **row["context"], "maker": maker})
