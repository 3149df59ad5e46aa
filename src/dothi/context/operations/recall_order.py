"""The order of evolutions by what they said last in a window (clauses 4.23 of v1.9.1 and 5.7.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import asyncpg

from dothi.context.errors import TooComplexQuery
from dothi.context.model.evolution import SCOPE
from dothi.context.query.ordering import Ordering
from dothi.context.query.paths import elements
from dothi.context.store import evolutions
from dothi.context.store.evolutions import Found, Row
from dothi.context.store.kept import Kept
from dothi.context.store.search import MOST_ORDERED


async def in_order(pool: asyncpg.Pool, kept: Kept, found: Sequence[Found], order: Ordering) -> list[Found]:
    """Return evolutions in their order. Raises TooComplexQuery."""
    if len(found) > MOST_ORDERED:
        raise TooComplexQuery(f"more than {MOST_ORDERED} entities would have to be put in order")
    attributes = order.attributes
    last = replace(
        kept,
        window=replace(kept.window, last=1),
        attributes=None if attributes is None else sorted(attributes),
        scope=attributes is None,
        most=1,
    )
    said: dict[int, list[Row]] = {}
    for row in await evolutions.rows(pool, [one.number for one in found], last):
        said.setdefault(row.evolution, []).append(row)
    by_id = {one.id: one for one in found}
    return [by_id[one["id"]] for one in order.sort(_state(one, said.get(one.number, [])) for one in found)]


def _state(found: Found, rows: Sequence[Row]) -> dict[str, Any]:
    """Return an entity in stored form as its last instances have it."""
    created = evolutions.told(found.created_at)
    attributes: dict[str, list[Any]] = {}
    for row in rows:
        attributes.setdefault(row.attribute, []).append(row.instance)
    return {
        "id": found.id,
        "type": list(found.types),
        "scope": [scope for one in attributes.pop(SCOPE, []) for scope in elements(one["value"])],
        "createdAt": created,
        "modifiedAt": max((row.instance["modifiedAt"] for row in rows), default=created),
        "attributes": attributes,
    }
