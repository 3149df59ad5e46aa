"""Entities as notifications need them: those that q asks about, and all that a periodic one means."""

from collections.abc import Collection
from typing import Any

import asyncpg

from dothi.context.query.entities import EntityQuery
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import narrowing
from dothi.context.store.rows import Entity, entity_of
from dothi.context.store.statements import sql

COLUMNS = "e.tenant, e.id, e.types, e.scopes, e.created_at, e.modified_at, e.attributes"


async def several(
    pool: asyncpg.Pool, tenant: str, ids: Collection[str], reach: Reach = EVERYTHING
) -> dict[str, Entity]:
    """Return the entities of some ids that there are within reach, by id."""
    found = [reach.of(entity_of(row)) for row in await pool.fetch(sql("several"), tenant, list(ids))]
    return {one["id"]: one for one in found if one is not None}


async def meant(
    pool: asyncpg.Pool, tenant: str, query: EntityQuery, after: str, most: int, reach: Reach = EVERYTHING
) -> tuple[list[Entity], str | None]:
    """
    Return entities within reach that `query` means, in the order of their ids, and the last id.

    Their ids come after `after`; the last id is None where there are no more. One statement for `most`.
    """
    statement, values = _statement(tenant, query, after, most, reach)
    found = [entity_of(row) for row in await pool.fetch(statement, *values)]
    last = found[-1]["id"] if len(found) == most else None
    return [one for one in found if query.geo is None or query.geo.matches(one)], last


def _statement(tenant: str, query: EntityQuery, after: str, most: int, reach: Reach) -> tuple[str, list[Any]]:
    into = narrowing.parameters(reach)
    place = f'e.tenant = {into.put(tenant, "text")} and e.id collate "C" > {into.put(after, "text")}'
    condition = query.sql(into)
    limit = into.put(most, "int")
    return (
        f"select {COLUMNS} from {into.entities} e where {place} and {condition} "  # noqa: S608 - what a request says stands in `into` alone
        f'order by e.id collate "C" limit {limit}',
        into,
    )
