"""Entities as rows: reading them locked, and writing what differs, set by set."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from dothi.context.store.statements import sql

Entity = dict[str, Any]
Key = tuple[str, str]
Versions = dict[Key, int]
"""By entity the transaction that wrote it last (xmin): another one as soon as somebody changes it."""


async def locked(connection: asyncpg.Connection, keys: Sequence[Key]) -> dict[Key, Entity]:
    """Return the entities of `keys` that there are, locked until the transaction ends."""
    found = await connection.fetch(sql("lock"), [key[0] for key in keys], [key[1] for key in keys])
    return {(row["tenant"], row["id"]): entity_of(row) for row in found}


async def seen(connection: asyncpg.Connection, keys: Sequence[Key]) -> tuple[dict[Key, Entity], Versions]:
    """Return the entities of `keys` that there are, and their versions; others may change them."""
    found = await connection.fetch(sql("seen"), [key[0] for key in keys], [key[1] for key in keys])
    entities = {(row["tenant"], row["id"]): entity_of(row) for row in found}
    return entities, {(row["tenant"], row["id"]): row["version"] for row in found}


async def one(pool: asyncpg.Pool, tenant: str, entity_id: str) -> Entity | None:
    """Return one entity."""
    row = await pool.fetchrow(sql("one"), tenant, entity_id)
    return entity_of(row) if row else None


async def write(
    connection: asyncpg.Connection, before: Mapping[Key, Entity], after: Mapping[Key, Entity | None]
) -> None:
    """Write what differs."""
    new = [_row(key, entity) for key, entity in after.items() if entity and key not in before]
    changed = [
        difference(key, before[key], entity)
        for key, entity in after.items()
        if entity and entity is not before.get(key, entity)
    ]
    gone = [key for key, entity in after.items() if entity is None and key in before]
    if new:
        await connection.execute(sql("insert"), new)
    if changed:
        await connection.execute(sql("update"), changed)
    if gone:
        await connection.execute(sql("delete"), [key[0] for key in gone], [key[1] for key in gone])


def entity_of(row: Mapping[str, Any]) -> Entity:
    """Return the stored form of an entity (see dothi.context.model)."""
    return {
        "id": row["id"], "type": row["types"], "scope": row["scopes"],
        "createdAt": as_text(row["created_at"]), "modifiedAt": as_text(row["modified_at"]),
        "attributes": row["attributes"],
    }  # fmt: skip


def as_text(at: datetime) -> str:
    """Return an instant as NGSI-LD writes it, with microseconds and Z."""
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{in_utc.isoformat(timespec='microseconds').removesuffix('+00:00')}Z"


def _row(key: Key, one: Entity) -> dict[str, Any]:
    return {**_head(key, one), "attributes": one["attributes"]}


def difference(key: Key, before: Entity, after: Entity) -> dict[str, Any]:
    """Return what is to be written of an entity that is there; attributes that are the same object stay."""
    was, became = before["attributes"], after["attributes"]
    said = {iri: told for iri, told in became.items() if was.get(iri) is not told}
    return {**_head(key, after), "gone": [iri for iri in was if iri not in became], "said": said}


def _head(key: Key, one: Entity) -> dict[str, Any]:
    return {
        "tenant": key[0], "id": key[1], "types": one["type"], "scopes": one.get("scope", []),
        "created_at": one["createdAt"], "modified_at": one["modifiedAt"],
    }  # fmt: skip
