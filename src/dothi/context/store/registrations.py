"""Registrations as rows (clause 5.9), in the stored form of dothi.context.registrations."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import asyncpg

from dothi.context.errors import AlreadyExists
from dothi.context.registrations import checks, modes
from dothi.context.store.statements import sql


@dataclass(frozen=True)
class Kept:
    """A registration as it is kept, with what became of the requests that were handed on to its source."""

    tenant: str
    id: str
    stored: Mapping[str, Any]
    created_at: datetime
    modified_at: datetime
    times_sent: int = 0
    times_failed: int = 0
    last_success: datetime | None = None
    last_failure: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """What became of some requests that were handed on to a source."""

    times: int = 0
    failed: int = 0
    last_success: datetime | None = None
    last_failure: datetime | None = None

    def after(self, at: datetime, *, ok: bool) -> "Sent":
        """Return the same with one request more."""
        if ok:
            return replace(self, times=self.times + 1, last_success=at)
        return replace(self, times=self.times + 1, failed=self.failed + 1, last_failure=at)

    def and_then(self, other: "Sent") -> "Sent":
        """Return both, `other` the later one."""
        return Sent(
            self.times + other.times, self.failed + other.failed,
            other.last_success or self.last_success, other.last_failure or self.last_failure,
        )  # fmt: skip


@asynccontextmanager
async def alone(pool: asyncpg.Pool, tenant: str, at: datetime) -> AsyncIterator[asyncpg.Connection]:
    """
    Give a transaction in which nobody else changes registrations of the tenant; what is expired is gone.

    Two that exclude each other could otherwise both be made at once.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "select pg_advisory_xact_lock(hashtext('context.registration'), hashtext($1))", tenant
        )
        await expire(connection, at, tenant)
        yield connection


async def expire(through: asyncpg.Pool | asyncpg.Connection, at: datetime, tenant: str | None = None) -> None:
    """Drop what is expired, in one tenant or in all; who subscribed to registrations is to hear of it."""
    await through.execute(sql("registration_expire"), tenant, at)


async def add(connection: asyncpg.Connection, one: Kept) -> None:
    """Keep a new registration. Raises AlreadyExists."""
    try:
        await connection.execute(sql("registration_add"), *_row(one), one.created_at, dict(one.stored))
    except asyncpg.UniqueViolationError as error:
        raise AlreadyExists(f"{one.id} exists already") from error


async def change(connection: asyncpg.Connection, one: Kept) -> None:
    """Put `stored` in place of what a registration said."""
    await connection.execute(sql("registration_change"), *_row(one), one.modified_at, dict(one.stored))


async def one(
    through: asyncpg.Pool | asyncpg.Connection, tenant: str, name: str, at: datetime
) -> Kept | None:
    """Return one registration that is not expired."""
    row = await through.fetchrow(sql("registration_one"), tenant, name, at)
    return Kept(**row) if row else None


async def everything(through: asyncpg.Pool | asyncpg.Connection, tenant: str, at: datetime) -> list[Kept]:
    """Return the registrations of a tenant that are not expired, in the order in which they were made."""
    return [Kept(**row) for row in await through.fetch(sql("registration_all"), tenant, at)]


async def number(connection: asyncpg.Connection, tenant: str) -> int:
    """Return how many a tenant has."""
    told = "select count(*) from context.registration where tenant = $1"
    found: int = await connection.fetchval(told, tenant)
    return found


async def delete(connection: asyncpg.Connection, tenant: str, name: str) -> None:
    """Drop a registration."""
    await connection.execute(sql("registration_delete"), tenant, name)


async def count(pool: asyncpg.Pool, sent: Mapping[tuple[str, str], Sent]) -> None:
    """Add to what became of requests, by tenant and id of the registration; one statement for each."""
    told = [
        (*key, one.times, one.failed, one.last_success, one.last_failure) for key, one in sorted(sent.items())
    ]
    if told:
        await pool.executemany(sql("registration_count"), told)


def _row(one: Kept) -> tuple[Any, ...]:
    expires = one.stored.get("expiresAt")
    until = checks.instant_at(expires) if expires else None
    return one.tenant, one.id, modes.mode(one.stored), one.stored["endpoint"], until
