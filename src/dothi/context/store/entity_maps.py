"""
Entity maps (clauses 4.5.25 and 5.14): the entities that a query meant, kept for its later pages.

All entities are stored here, so each is mapped to "@none", which stands for this broker itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import asyncpg

from dothi.context.store.statements import sql


@dataclass(frozen=True)
class EntityMap:
    """`entities` are ids in their order."""

    id: str
    expires_at: datetime
    entities: list[str]


async def make(
    pool: asyncpg.Pool, tenant: str, entities: Sequence[str], *, at: datetime, expires_at: datetime
) -> EntityMap:
    """Keep a new map until `expires_at`; those that expired before `at` are forgotten."""
    made = EntityMap(f"urn:ngsi-ld:EntityMap:{uuid4()}", expires_at, list(entities))
    await pool.execute(sql("entity_map_forget"), at)
    await pool.execute(sql("entity_map_make"), tenant, made.id, expires_at, made.entities)
    return made


async def one(pool: asyncpg.Pool, tenant: str, map_id: str, *, at: datetime) -> EntityMap | None:
    """Return a map that has not expired at `at`."""
    row = await pool.fetchrow(sql("entity_map_one"), tenant, map_id, at)
    return EntityMap(row["id"], row["expires_at"], row["entities"]) if row else None


async def keep(pool: asyncpg.Pool, tenant: str, map_id: str, *, at: datetime, until: datetime) -> bool:
    """Let a map expire at `until`; tells whether there is such a map at `at`."""
    return await pool.fetchval(sql("entity_map_keep"), tenant, map_id, at, until) is not None


async def prune(pool: asyncpg.Pool, tenant: str, map_id: str, entities: Sequence[str]) -> None:
    """Leave only `entities` in a map."""
    await pool.execute(sql("entity_map_prune"), tenant, map_id, list(entities))


async def delete(pool: asyncpg.Pool, tenant: str, map_id: str, *, at: datetime) -> bool:
    """Forget a map; tells whether there was such a map at `at`."""
    return await pool.fetchval(sql("entity_map_delete"), tenant, map_id, at) is not None
