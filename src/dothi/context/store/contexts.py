"""@contexts that are kept (clause 5.13): Hosted, Cached, ImplicitlyCreated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import asyncpg

from dothi.context.store.statements import sql


class Kind(StrEnum):
    """Why a @context is kept."""

    CACHED = "Cached"
    HOSTED = "Hosted"
    IMPLICIT = "ImplicitlyCreated"


@dataclass(frozen=True)
class Kept:
    """A @context as it is kept; `url` is where a cached one came from, `hits` how often it was found."""

    id: str
    kind: Kind
    url: str | None
    body: object
    created_at: datetime
    expires_at: datetime | None
    last_usage: datetime | None
    hits: int

    @property
    def version(self) -> str:
        """Return what differs where the body differs."""
        return f"{self.id} {self.created_at.timestamp()}"


async def add(pool: asyncpg.Pool, tenant: str, kind: Kind, body: object, at: datetime, key: str = "") -> str:
    """Keep a @context of a tenant and return its local identifier: `key`, or a new one."""
    local = key or str(uuid4())
    await pool.execute(sql("context_add"), local, tenant, kind, body, at)
    return local


async def provide(pool: asyncpg.Pool, key: str, body: object, at: datetime) -> None:
    """Keep a hosted @context of the default tenant as `key`; it is as old as its content."""
    await pool.execute(sql("context_provide"), key, Kind.HOSTED, body, at)


async def cache(
    pool: asyncpg.Pool, url: str, body: object, at: datetime, expires_at: datetime | None
) -> Kept:
    """Keep what was fetched from `url` and return it; what was before keeps identifier and hits."""
    return _kept(await pool.fetchrow(sql("context_cache"), str(uuid4()), url, body, at, expires_at))


async def find(pool: asyncpg.Pool, tenant: str, key: str) -> Kept | None:
    """Return the @context with the local identifier `key`, or cached from the address `key`."""
    row = await pool.fetchrow(sql("context_find"), tenant, key)
    return _kept(row) if row else None


async def everything(pool: asyncpg.Pool, tenant: str, kind: Kind | None) -> list[Kept]:
    """Return what a tenant sees, the oldest first."""
    return [_kept(row) for row in await pool.fetch(sql("context_list"), tenant, kind)]


async def delete(pool: asyncpg.Pool, local: str) -> None:
    """Forget a @context."""
    await pool.execute(sql("context_delete"), local)


async def count(pool: asyncpg.Pool, hits: Mapping[str, int], at: datetime) -> None:
    """Add to how often each was found."""
    await pool.execute(sql("context_hits"), list(hits), list(hits.values()), at)


def _kept(row: Mapping[str, Any]) -> Kept:
    told = {name: row[name] for name in Kept.__dataclass_fields__ if name != "kind"}
    return Kept(**told, kind=Kind(row["kind"]))
