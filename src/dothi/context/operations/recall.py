"""
Recalling the past: retrieving and querying the temporal evolution of entities (clauses 5.7.3 and 5.7.4).

What is recalled is an evolution in stored form (see dothi.context.model.write_temporal), whose scope
stands beside the attributes as it does in an entity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import asyncpg

from dothi.context.errors import InvalidRequest
from dothi.context.model import temporal_page
from dothi.context.model.evolution import SCOPE
from dothi.context.model.kinds import Instance
from dothi.context.model.temporal_page import Page
from dothi.context.operations.recall_order import in_order
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.geo import GeoQuery
from dothi.context.query.ordering import BY_ID, Ordering
from dothi.context.query.temporal import Aggregation
from dothi.context.store import aggregates, evolutions, meant
from dothi.context.store.aggregates import Aggregates
from dothi.context.store.evolutions import Found, Row
from dothi.context.store.kept import Kept
from dothi.context.store.meant import Condition
from dothi.context.store.search import MOST_ORDERED
from dothi.context.turns import MANY, aside

INSTANCES: Final = 19
"""Instances of one attribute on a page; conformance runs ask that twenty be cut."""
AT_ONCE: Final = 500
"""Entities that are looked at together where geometry decides."""
ALL: Final = 10_000
"""Instances of a geoproperty that are looked at for one entity."""

MOST: Final = 1_000_000
"""Entities of which a map may be made."""
NOBODY: Final = ("",)
"""Ids that no entity has."""

Evolution = dict[str, Any]
Series = tuple[int, str]
Attributes = dict[str, Sequence[Row]]
"""The rows of one evolution, by the IRI of their attribute."""


@dataclass(frozen=True)
class Wanted:
    """What is to be recalled: of which entities, which instances, and whether aggregated."""

    tenant: str
    kept: Kept
    entities: EntityQuery = field(default_factory=EntityQuery)
    aggregation: Aggregation | None = None

    def among(self, ids: Sequence[str]) -> "Wanted":
        """Return the same of these entities only."""
        selectors = tuple(
            replace(one, ids=tuple(each for each in ids if not one.ids or each in one.ids) or NOBODY)
            for one in self.entities.selectors or (EntitySelector(),)
        )
        return replace(self, entities=replace(self.entities, selectors=selectors))


@dataclass(frozen=True)
class Stretch:
    """Which entities of those that are found, and in which order."""

    limit: int
    offset: int = 0
    order: Ordering = BY_ID


@dataclass(frozen=True)
class Recalled:
    """
    Evolutions; where `page` is cut there are others in time, and `hidden` has, by entity, an instance of
    each attribute of which this page has none. `more` tells whether there are other entities.
    """

    evolutions: Sequence[Evolution]
    page: Page[Series, Row] | None = None
    hidden: Mapping[str, Mapping[str, Instance]] = field(default_factory=dict)
    total: int | None = None
    more: bool = False


async def retrieve(pool: asyncpg.Pool, wanted: Wanted, entity_id: str) -> Recalled | None:
    """Return the evolution of one entity (5.7.3); None where there is none."""
    found = await evolutions.one(pool, wanted.tenant, entity_id, wanted.kept.reach)
    return await _recalled(pool, wanted, [found]) if found else None


async def query(pool: asyncpg.Pool, wanted: Wanted, stretch: Stretch, *, counted: bool) -> Recalled:
    """Return the evolutions of the entities that are meant (5.7.4), with their number if `counted`."""
    conditions, down = _conditions(wanted), stretch.order.down
    if wanted.entities.geo is not None or down is None:
        every = await _ordered(pool, wanted, conditions, stretch.order)
        found, total = every[stretch.offset :][: stretch.limit + 1], len(every)
    else:
        found = await evolutions.page(
            pool, conditions, limit=stretch.limit + 1, offset=stretch.offset, down=down
        )
        total = await evolutions.count(pool, conditions) if counted else 0
    told = await _recalled(pool, wanted, found[: stretch.limit])
    return replace(told, total=total if counted else None, more=len(found) > stretch.limit)


async def ids(pool: asyncpg.Pool, wanted: Wanted) -> list[str]:
    """Return the ids of all entities that are meant."""
    conditions = _conditions(wanted)
    if wanted.entities.geo is not None:
        return [one.id for one in await _near(pool, wanted, conditions, wanted.entities.geo, down=False)]
    return [one.id for one in await evolutions.page(pool, conditions, limit=MOST, offset=0)]


async def _ordered(
    pool: asyncpg.Pool, wanted: Wanted, conditions: Sequence[Condition], order: Ordering
) -> list[Found]:
    """Return all entities that are meant, by what they said last in the window. Raises TooComplexQuery."""
    geo = wanted.entities.geo
    if geo is not None:
        found = await _near(pool, wanted, conditions, geo, down=bool(order.down))
    else:
        found = await evolutions.page(pool, conditions, limit=MOST_ORDERED + 1, offset=0)
    return found if order.down is not None else await in_order(pool, wanted.kept, found, order)


def _conditions(wanted: Wanted) -> list[Condition]:
    """Return what entities must meet, but for geometry, in the order of clause 5.7.4.4."""
    entities, kept = wanted.entities, wanted.kept
    asked = replace(kept, attributes=entities.attributes or None)
    conditions = [meant.of_tenant(wanted.tenant), meant.says(asked)]
    if entities.selectors:
        conditions.append(meant.selected(entities.selectors))
    if entities.q is not None:
        conditions.append(meant.fits(entities.q, kept))
    return conditions


async def _near(
    pool: asyncpg.Pool, wanted: Wanted, conditions: Sequence[Condition], geo: GeoQuery, *, down: bool
) -> list[Found]:
    """Return the entities that said in the window what fits a geo-query."""
    kept = replace(wanted.kept, attributes=[geo.attribute], datasets=None, most=ALL, scope=False)
    there = [*conditions, meant.says(kept)]
    near: list[Found] = []
    for start in range(0, await evolutions.count(pool, there), AT_ONCE):
        found = await evolutions.page(pool, there, limit=AT_ONCE, offset=start, down=down)
        said: dict[int, list[Any]] = {}
        for row in await evolutions.rows(pool, [one.number for one in found], kept):
            said.setdefault(row.evolution, []).append(row.instance)
        near += [
            one for one in found if geo.matches({"attributes": {geo.attribute: said.get(one.number, [])}})
        ]
    return near


async def _recalled(pool: asyncpg.Pool, wanted: Wanted, found: Sequence[Found]) -> Recalled:
    if not found:
        return Recalled([])
    if wanted.aggregation is not None:
        return await _aggregated(pool, wanted, wanted.aggregation, found)
    numbers = [one.number for one in found]
    last = wanted.kept.window.last
    short = last is not None and last <= INSTANCES
    rows = await evolutions.rows(
        pool, numbers, replace(wanted.kept, most=last if short and last else INSTANCES + 1)
    )
    before = await _scopes_before(pool, wanted, numbers)

    def recalled() -> Recalled:
        series = _by_series(rows)
        most = max(map(len, series.values()), default=0) if short else INSTANCES
        page = temporal_page.cut(series, most, backwards=last is not None)
        pages = _by_evolution(page.series)
        told = [_evolution(one, pages.get(one.number, {}), before.get(one.number)) for one in found]
        hidden = {one.id: _hidden(one, pages.get(one.number, {}), series) for one in found if page.cut}
        return Recalled(told, page, hidden)

    return await aside(len(rows) > MANY, recalled)


async def _scopes_before(pool: asyncpg.Pool, wanted: Wanted, numbers: Sequence[int]) -> dict[int, Row]:
    window, reach = wanted.kept.window, wanted.kept.reach
    if window.since is None or not window.observed or not wanted.kept.scope or not reach.any_scope:
        return {}
    return {row.evolution: row for row in await evolutions.scopes_before(pool, numbers, window.since)}


def _by_series(rows: Sequence[Row]) -> dict[Series, list[Row]]:
    series: dict[Series, list[Row]] = {}
    for row in rows:
        series.setdefault((row.evolution, row.attribute), []).append(row)
    return series


def _by_evolution(series: Mapping[Series, Sequence[Row]]) -> dict[int, Attributes]:
    found: dict[int, Attributes] = {}
    for (number, iri), several in series.items():
        found.setdefault(number, {})[iri] = several
    return found


def _evolution(found: Found, told: Attributes, scope: Row | None) -> Evolution:
    told = dict(told)
    scopes = [*([scope] if scope else []), *told.pop(SCOPE, [])]
    instances = [row for several in [*told.values(), scopes] for row in several]
    modified = max((row.instance["modifiedAt"] for row in instances), default=_created(found))
    evolution = {**_head(found), "modifiedAt": modified}
    if scopes:
        evolution["scope"] = [row.instance for row in scopes]
    return {
        **evolution,
        "attributes": {iri: [row.instance for row in several] for iri, several in told.items()},
    }


def _hidden(found: Found, told: Attributes, series: Mapping[Series, Sequence[Row]]) -> dict[str, Instance]:
    """Return an instance of each attribute that has none on this page."""
    return {iri: series[found.number, iri][0].instance for iri, several in told.items() if not several}


async def _aggregated(
    pool: asyncpg.Pool, wanted: Wanted, aggregation: Aggregation, found: Sequence[Found]
) -> Recalled:
    kept = replace(wanted.kept, scope=False)
    series = await aggregates.series(pool, [one.number for one in found], kept, aggregation)
    bare = {one.attribute for one in series if not one.points}
    if kept.attributes and bare & set(kept.attributes):
        raise InvalidRequest(f"aggrMethods does not apply to {', '.join(sorted(bare))}")
    by_evolution: dict[int, list[Aggregates]] = {}
    for one in series:
        by_evolution.setdefault(one.evolution, []).append(one)
    return Recalled([_summary(one, by_evolution.get(one.number, ())) for one in found])


def _summary(found: Found, series: Sequence[Aggregates]) -> Evolution:
    attributes: dict[str, list[Any]] = {}
    for one in series:
        if one.points:
            attributes.setdefault(one.attribute, []).append(_points(one))
    return {**_head(found), "modifiedAt": _created(found), "attributes": attributes}


def _points(one: Aggregates) -> dict[str, Any]:
    told: dict[str, Any] = {"type": one.kind} | ({"datasetId": one.dataset} if one.dataset else {})
    for method, points in one.points.items():
        told[method.value] = [[value, _text(since), _text(until)] for value, since, until in points]
    return told


def _head(found: Found) -> Evolution:
    return {"id": found.id, "type": list(found.types), "createdAt": _created(found)}


def _created(found: Found) -> str:
    return _text(found.created_at)


def _text(at: datetime) -> str:
    return evolutions.told(at)
