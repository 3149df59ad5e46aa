"""Context source registration (clauses 5.9 and 5.10): making, changing, giving and finding registrations."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

from dothi.context.errors import Conflict, ResourceNotFound
from dothi.context.jsonld.names import Names
from dothi.context.operations import limits
from dothi.context.registrations import members, modes
from dothi.context.registrations.matching import matches
from dothi.context.registrations.seen import seen
from dothi.context.registrations.wanted import Wanted
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import registrations as rows
from dothi.context.store import source_changes
from dothi.context.store.registrations import Kept
from dothi.context.store.rows import as_text
from dothi.context.store.source_changes import Happened
from dothi.context.store.statements import sql

Stored = Mapping[str, Any]
Changed = Callable[[str, Happened | None], Awaitable[None]]
"""Tenant, and what happened, as subscribers to registrations are to hear of it; None where there are none."""


@dataclass
class Registrations:
    """The registrations of a broker. All is in the database, so that several brokers on it know the same."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    forget: Callable[[str], None]
    """Hears at once that registrations of a tenant have changed."""
    told: Changed
    """Is told of every change after its commit."""
    most: int = limits.Limits.registrations
    """How many a tenant may have."""

    async def register(self, told: Any, names: Names, tenant: str) -> str:
        """Register a context source (5.9.2). Raises BadRequestData, AlreadyExists, Conflict, Forbidden."""
        at = self.clock()
        stored = members.whole(told, names, at)
        stored.setdefault("id", f"urn:ngsi-ld:ContextSourceRegistration:{uuid4()}")
        kept = Kept(tenant, stored["id"], stored, at, at)
        async with rows.alone(self.pool, tenant, at) as connection:
            limits.check(await rows.number(connection, tenant), self.most, "registrations")
            await rows.add(connection, kept)
            await _beside_others(connection, kept, at)
            happened = await source_changes.keep(connection, tenant, None, stored, at)
        await self._changed(tenant, happened)
        return kept.id

    async def update(self, name: str, told: Any, names: Names, tenant: str) -> None:
        """Update a registration (5.9.3). Raises BadRequestData, ResourceNotFound, Conflict."""
        at = self.clock()
        async with rows.alone(self.pool, tenant, at) as connection:
            kept = _there(await rows.one(connection, tenant, name, at))
            stored = members.patched(kept.stored, told, names, at)
            changed = replace(kept, stored=stored, modified_at=at)
            await rows.change(connection, changed)
            await _beside_others(connection, changed, at)
            happened = await source_changes.keep(connection, tenant, kept.stored, stored, at)
        await self._changed(tenant, happened)

    async def delete(self, name: str, tenant: str) -> None:
        """Delete a registration (5.9.4). Raises ResourceNotFound."""
        at = self.clock()
        async with rows.alone(self.pool, tenant, at) as connection:
            kept = _there(await rows.one(connection, tenant, name, at))
            await rows.delete(connection, tenant, name)
            happened = await source_changes.keep(connection, tenant, kept.stored, None, at)
        await self._changed(tenant, happened)

    async def _changed(self, tenant: str, happened: Happened | None) -> None:
        self.forget(tenant)
        await self.told(tenant, happened)

    async def one(self, name: str, tenant: str, reach: Reach = EVERYTHING) -> Kept:
        """Return a registration (5.10.1) as far as it is within reach. Raises ResourceNotFound."""
        found = await rows.one(self.pool, tenant, name, self.clock())
        return _there(None if found is None else _within(found, reach))

    async def find(self, wanted: Wanted, tenant: str, reach: Reach = EVERYTHING) -> list[Kept]:
        """Return the registrations that have something of what is wanted (5.10.2), the oldest first."""
        kept = await rows.everything(self.pool, tenant, self.clock())
        shown = [_within(one, reach) for one in kept]
        return [one for one in shown if one is not None and matches(one.stored, wanted)]


def written(kept: Kept, names: Names, *, system: bool = False) -> dict[str, Any]:
    """Return a registration with short names, and what became of requests handed on (5.2.9)."""
    told = {**members.written(kept.stored, names), **_counted(kept)}
    if system:
        told |= {"createdAt": as_text(kept.created_at), "modifiedAt": as_text(kept.modified_at)}
    return told


async def _beside_others(connection: asyncpg.Connection, kept: Kept, at: datetime) -> None:
    """Refuse what others have to themselves, or what is here already (4.3.6.3). Raises Conflict."""
    for other in await rows.everything(connection, kept.tenant, at):
        if other.id != kept.id and modes.conflict(kept.stored, other.stored):
            raise Conflict(f"{other.id} has some of it to itself")
    for one in modes.elsewhere(kept.stored):
        found = await connection.fetchval(
            sql("registration_elsewhere"), kept.tenant, one.types, one.id, one.like, one.attributes
        )
        if found:
            raise Conflict(f"{found} is here, and would be elsewhere only")


def _within(kept: Kept, reach: Reach) -> Kept | None:
    """Return a registration within reach; what became of requests of others is then not told."""
    if reach.everything:
        return kept
    stored = seen(kept.stored, reach)
    return None if stored is None else Kept(kept.tenant, kept.id, stored, kept.created_at, kept.modified_at)


def _there(kept: Kept | None) -> Kept:
    if kept is None:
        raise ResourceNotFound("there is no such registration")
    return kept


def _counted(kept: Kept) -> Mapping[str, Any]:
    """Return what became of requests; nothing where none was handed on yet."""
    if not kept.times_sent:
        return {}
    instants = {"lastSuccess": kept.last_success, "lastFailure": kept.last_failure}
    told: dict[str, Any] = {"timesSent": kept.times_sent, "timesFailed": kept.times_failed}
    told |= {key: as_text(at) for key, at in instants.items() if at is not None}
    failed = kept.last_failure and (kept.last_success is None or kept.last_failure > kept.last_success)
    return {**told, "status": "failed" if failed else "ok"}
