"""Entities as notifications need them: those that q asks about, and all that a periodic one means."""

from collections.abc import Collection
from typing import Any

import asyncpg

from dothi.context.query.entities import EntityQuery
from dothi.context.query.parameters import Parameters
from dothi.context.store.rows import Entity, entity_of
from dothi.context.store.statements import sql

COLUMNS = "e.tenant, e.id, e.types, e.scopes, e.created_at, e.modified_at, e.attributes"


async def several(pool: asyncpg.Pool, tenant: str, ids: Collection[str]) -> dict[str, Entity]:
    """Return the entities of some ids that there are, by id."""
    return {row["id"]: entity_of(row) for row in await pool.fetch(sql("several"), tenant, list(ids))}


async def meant(
    pool: asyncpg.Pool, tenant: str, query: EntityQuery, after: str, most: int
) -> tuple[list[Entity], str | None]:
    """
    Return entities that `query` means whose ids come after `after`, in the order of their ids, and the
    last id that was looked at; None where there are no more. One statement for `most` entities.
    """
    statement, values = _statement(tenant, query, after, most)
    found = [entity_of(row) for row in await pool.fetch(statement, *values)]
    last = found[-1]["id"] if len(found) == most else None
    return [one for one in found if query.geo is None or query.geo.matches(one)], last


def _statement(tenant: str, query: EntityQuery, after: str, most: int) -> tuple[str, list[Any]]:
    into = Parameters()
    place = f'e.tenant = {into.put(tenant, "text")} and e.id collate "C" > {into.put(after, "text")}'
    condition = query.sql(into)
    limit = into.put(most, "int")
    return (
        f"select {COLUMNS} from context.entity e where {place} and {condition} "  # noqa: S608 - what a request says stands in `into` alone
        f'order by e.id collate "C" limit {limit}',
        into,
    )
