"""Linked entities in notifications (clauses 4.5.23 and 5.8.6), as in answers to queries."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from dothi.context.operations.linking import DEEPEST, Join, Shown, flat, inline
from dothi.context.query.projection import Projection
from dothi.context.rights.reach import Reach
from dothi.context.store import subscribed
from dothi.context.subscriptions.courier import Follow
from dothi.context.subscriptions.subscription import Wording

Entity = dict[str, Any]


def following(pool: asyncpg.Pool) -> Follow:
    """Return what follows the relationships of entities that are to be told."""

    async def follow(tenant: str, reach: Reach, wording: Wording, told: Sequence[Entity]) -> Sequence[Entity]:
        shown = [Shown(one, one, wording.projection, _way(one)) for one in told]
        join = Join(wording.join == "inline", min(wording.join_level, DEEPEST))
        linked = await _linked(pool, tenant, reach, shown, join)
        return [*told, *linked]

    return follow


async def _linked(
    pool: asyncpg.Pool, tenant: str, reach: Reach, shown: list[Shown], join: Join
) -> list[Entity]:
    """Return the linked entities that stand beside the others; inline, they stand in them."""

    async def fetch(ids: Any) -> dict[str, Entity]:
        return await subscribed.several(pool, tenant, ids, reach)

    def shape(entity: Entity, projection: Projection) -> Entity:
        return projection.of(entity)

    if join.inline:
        await inline(fetch, shape, shown, join)
        return []
    return [one.entity for one in await flat(fetch, shape, shown, join)]


def _way(entity: Entity) -> frozenset[str]:
    """Return the ids that are not to be met again below an entity: its own, where it is told."""
    return frozenset({entity["id"]} if "id" in entity else ())
