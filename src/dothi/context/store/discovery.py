"""Which types and attributes the entities of a tenant have (clauses 5.7.5 to 5.7.10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from dothi.context.query.parameters import Parameters
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import narrowing


@dataclass(frozen=True)
class Seen:
    """The entities that somebody may read."""

    pool: asyncpg.Pool
    reach: Reach = EVERYTHING

    async def fetch(self, name: str, *told: object) -> list[Mapping[str, Any]]:
        """Return the rows of the statement of a file."""
        into = Parameters()
        into.extend(told)
        statement = narrowing.statement(name, self.reach, into)
        found: list[Mapping[str, Any]] = await self.pool.fetch(statement, *into)
        return found


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


async def types(seen: Seen, tenant: str) -> list[str]:
    """Return the IRIs of all types, in their order; one statement."""
    return [row["type"] for row in await seen.fetch("types", tenant)]


async def types_with_attributes(seen: Seen, tenant: str) -> dict[str, list[str]]:
    """Return the IRIs of all types with those of their attributes, each in its order; one statement."""
    return {row["type"]: row["attributes"] for row in await seen.fetch("types_details", tenant)}


async def one_type(seen: Seen, tenant: str, iri: str) -> TypeFound | None:
    """Return what there is of one type; None where no entity has it; two statements."""
    [counted] = await seen.fetch("type_count", tenant, [iri])
    if not counted["count"]:
        return None
    found = await seen.fetch("type_attributes", tenant, [iri])
    return TypeFound(iri, counted["count"], {row["attribute"]: row["kinds"] for row in found})


async def attributes(seen: Seen, tenant: str) -> dict[str, list[str]]:
    """Return the IRIs of all attributes with those of the types that have them; one statement."""
    return {row["attribute"]: row["types"] for row in await seen.fetch("attributes", tenant)}


async def one_attribute(seen: Seen, tenant: str, iri: str) -> AttributeFound | None:
    """Return what there is of one attribute; None where no entity has it; one statement."""
    [row] = await seen.fetch("attribute", tenant, iri)
    return AttributeFound(iri, row["instances"], row["kinds"], row["types"]) if row["instances"] else None
