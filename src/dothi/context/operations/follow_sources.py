"""Subscriptions to registrations (clauses 5.11.2 to 5.11.6): making, changing, giving and ending them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

from dothi.context.errors import ResourceNotFound
from dothi.context.operations import limits
from dothi.context.operations.contexts import PATH, Contexts
from dothi.context.operations.subscribe import Speaker
from dothi.context.operations.telling_sources import Telling
from dothi.context.store import source_changes as changes
from dothi.context.store import source_subscriptions as rows
from dothi.context.store import subscriptions
from dothi.context.store.subscriptions import Kept
from dothi.context.subscriptions import sources as wanting


@dataclass
class SourceSubscriptions:
    """Subscribers to registrations, and what tells them."""

    pool: asyncpg.Pool
    clock: Callable[[], datetime]
    contexts: Contexts
    telling: Telling
    most: int = limits.Limits.subscriptions
    """How many a tenant may have, those to entities among them."""

    async def create(self, told: Any, speaker: Speaker) -> str:
        """Subscribe (5.11.2) and tell what there is. Raises BadRequestData, AlreadyExists, Forbidden, …"""
        at = self.clock()
        stored = wanting.read(told, speaker.names, speaker.context, at)
        stored.setdefault("id", f"urn:ngsi-ld:Subscription:{uuid4()}")
        link = speaker.address or await self._served(speaker)
        kept = Kept(
            speaker.tenant, stored["id"], stored, speaker.context, link, speaker.host, at, at,
            maker=speaker.maker,
        )  # fmt: skip
        async with self.pool.acquire() as connection, connection.transaction():
            there = await subscriptions.in_all(connection, kept.tenant)
            limits.check(there, self.most, "subscriptions")
            await rows.add(connection, kept)
            begun = await changes.begin(connection, kept.tenant, kept.id, at)
        await self.telling.take_up(begun)
        return kept.id

    async def update(self, name: str, told: Any, speaker: Speaker) -> None:
        """Change a subscription (5.11.3). Raises BadRequestData, ResourceNotFound."""
        kept, at = await self.one(speaker.tenant, name), self.clock()
        stored = wanting.patched(kept.stored, told, speaker.names, speaker.context, at)
        async with self.pool.acquire() as connection, connection.transaction():
            await rows.change(connection, speaker.tenant, name, stored, at)
            begun = await changes.begin(connection, speaker.tenant, name, at)
        await self.telling.take_up(begun)

    async def one(self, tenant: str, name: str) -> Kept:
        """Return a subscription (5.11.4). Raises ResourceNotFound."""
        await self.telling.settled((tenant, name))
        found = await rows.everything(self.pool, tenant, name)
        if not found:
            raise ResourceNotFound("there is no such subscription")
        return found[0]

    async def everything(self, tenant: str) -> list[Kept]:
        """Return the subscriptions of a tenant (5.11.5)."""
        return await rows.everything(self.pool, tenant)

    async def delete(self, tenant: str, name: str) -> None:
        """Delete a subscription (5.11.6). Raises ResourceNotFound."""
        if not await rows.delete(self.pool, tenant, name):
            raise ResourceNotFound("there is no such subscription")

    async def _served(self, speaker: Speaker) -> str:
        """Return an address at which the @context of the request can be had from now on (5.13.1)."""
        local = await self.contexts.create(speaker.context, tenant=speaker.tenant)
        return f"{speaker.scheme}://{speaker.host}{PATH}{local}"
