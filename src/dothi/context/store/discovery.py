"""Which types and attributes the entities of a tenant have (clauses 5.7.5 to 5.7.10)."""

from dataclasses import dataclass

import asyncpg

from dothi.context.store.statements import sql


@dataclass(frozen=True)
class TypeFound:
    """A type, how many entities have it, and the kinds of each of their attributes, by its IRI."""

    iri: str
    entities: int
    attributes: dict[str, list[str]]


@dataclass(frozen=True)
class AttributeFound:
    """An attribute, how many instances of it there are, of which kinds, on entities of which types."""

    iri: str
    instances: int
    kinds: list[str]
    types: list[str]


async def types(pool: asyncpg.Pool, tenant: str) -> list[str]:
    """Return the IRIs of all types, in their order; one statement."""
    return [row["type"] for row in await pool.fetch(sql("types"), tenant)]


async def types_with_attributes(pool: asyncpg.Pool, tenant: str) -> dict[str, list[str]]:
    """Return the IRIs of all types with those of their attributes, each in its order; one statement."""
    return {row["type"]: row["attributes"] for row in await pool.fetch(sql("types_details"), tenant)}


async def one_type(pool: asyncpg.Pool, tenant: str, iri: str) -> TypeFound | None:
    """Return what there is of one type; None where no entity has it; two statements."""
    total = await pool.fetchval(sql("type_count"), tenant, [iri])
    if not total:
        return None
    found = await pool.fetch(sql("type_attributes"), tenant, [iri])
    return TypeFound(iri, total, {row["attribute"]: row["kinds"] for row in found})


async def attributes(pool: asyncpg.Pool, tenant: str) -> dict[str, list[str]]:
    """Return the IRIs of all attributes with those of the types that have them; one statement."""
    return {row["attribute"]: row["types"] for row in await pool.fetch(sql("attributes"), tenant)}


async def one_attribute(pool: asyncpg.Pool, tenant: str, iri: str) -> AttributeFound | None:
    """Return what there is of one attribute; None where no entity has it; one statement."""
    row = await pool.fetchrow(sql("attribute"), tenant, iri)
    return AttributeFound(iri, row["instances"], row["kinds"], row["types"]) if row["instances"] else None
