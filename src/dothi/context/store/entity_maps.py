"""
Entity maps (clauses 4.5.25 and 5.14): the entities that a query meant, kept for its later pages.

An entity is mapped to the registrations that have it, and to "@none", which stands for this broker itself
and for which nothing is kept where it is alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import asyncpg

from dothi.context.store.statements import sql

LONGEST: Final = timedelta(days=1)
MOST_LONG: Final = 100
"""Maps of a client that may live longer than that."""


@dataclass(frozen=True)
class EntityMap:
    """
    `entities` are ids in their order; `places` has the registrations of those that are elsewhere, too, and
    `linked` the maps that sources made beside it, by registration.
    """

    id: str
    expires_at: datetime
    entities: list[str]
    places: Mapping[str, list[str]] = field(default_factory=dict)
    linked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EntityMaps:
    """The maps that one client, "" where the doors are open, has in a tenant at an instant."""

    pool: asyncpg.Pool
    tenant: str
    client: str
    at: datetime

    async def make(
        self,
        entities: Sequence[str],
        places: Mapping[str, list[str]],
        linked: Mapping[str, str],
        expires_at: datetime,
    ) -> EntityMap:
        """Keep a new map until `expires_at`; those that have expired are forgotten, whosever they are."""
        made = EntityMap(f"urn:ngsi-ld:EntityMap:{uuid4()}", expires_at, list(entities), places, linked)
        await self.pool.execute(sql("entity_map_forget"), self.at)
        key = (self.tenant, self.client, made.id)
        told = (made.entities, dict(places), dict(linked))
        await self.pool.execute(sql("entity_map_make"), *key, expires_at, *told)
        return made

    async def one(self, map_id: str) -> EntityMap | None:
        """Return a map that has not expired."""
        row = await self.pool.fetchrow(sql("entity_map_one"), self.tenant, self.client, map_id, self.at)
        return EntityMap(**row) if row else None

    async def keep(self, map_id: str, until: datetime) -> bool:
        """
        Let a map expire at `until`; tells whether there is such a map.

        Only some of a client live longer than a day: one over that ends after a day.
        """
        key, latest = (self.tenant, self.client, map_id, self.at), self.at + LONGEST
        found = await self.pool.fetchval(sql("entity_map_keep"), *key, until, latest, MOST_LONG)
        return found is not None

    async def prune(self, map_id: str, entities: Sequence[str]) -> None:
        """Leave only `entities` in a map."""
        await self.pool.execute(sql("entity_map_prune"), self.tenant, self.client, map_id, list(entities))

    async def delete(self, map_id: str) -> bool:
        """Forget a map; tells whether there was such a map."""
        found = await self.pool.fetchval(sql("entity_map_delete"), self.tenant, self.client, map_id, self.at)
        return found is not None
