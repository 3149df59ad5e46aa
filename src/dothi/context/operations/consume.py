"""Context information consumption (clauses 5.7.1 and 5.7.2): one entity, or those that a query means."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from dothi.context.errors import ResourceNotFound
from dothi.context.federation import merging
from dothi.context.federation.merging import Version
from dothi.context.operations import linking
from dothi.context.operations.linking import Join, Shown
from dothi.context.query.entities import EntityQuery
from dothi.context.query.ordering import Ordering
from dothi.context.query.projection import Projection, is_empty
from dothi.context.query.q import depth
from dothi.context.query.types import Types
from dothi.context.rights.reach import Reach
from dothi.context.store.search import Cut, Found, Search
from dothi.context.turns import MANY, aside

Entity = dict[str, Any]
DEFAULT_INSTANCE: Final = "@none"
HERE: Final = "@none"
"""Stands for this broker among registrations (4.5.25)."""


@dataclass(frozen=True)
class View:
    """What of the entities is told: members, instances of some datasets (None for all), linked entities."""

    projection: Projection = field(default_factory=Projection)
    datasets: frozenset[str] | None = None
    join: Join | None = None
    beyond: "Callable[[Collection[str]], Awaitable[Elsewhere | None]] | None" = None
    """Gives what of linked entities is elsewhere."""

    @property
    def whole(self) -> bool:
        """Tell whether entities are told with all that they have, and with nothing of others."""
        return self == View(beyond=self.beyond)

    def shape(self, entity: Entity, projection: Projection) -> Entity:
        """Return what is told of an entity in its stored form."""
        told = projection.of(entity)
        if self.datasets is not None:
            told["attributes"] = _in_datasets(told["attributes"], self.datasets)
        return told


@dataclass(frozen=True)
class Told:
    """Entities as they are told, and as they are; linked ones that are told beside them come last."""

    entities: list[tuple[Entity, Entity]]
    linked: list[tuple[Entity, Entity]] = field(default_factory=list)

    @property
    def attributes(self) -> int:
        """Return how many attributes are told."""
        return _attributes(one for one, _ in [*self.entities, *self.linked])


@dataclass(frozen=True)
class Elsewhere:
    """Versions of entities at sources, as they were at an instant."""

    versions: Sequence[Version]
    at: datetime
    reach: Reach
    """What of them may be told."""

    def joined(self, here: Iterable[Entity]) -> dict[str, Entity]:
        """Return the entities of which there are versions elsewhere, or here, each made one."""
        told = [one for one in self.versions if not merging.is_over(one.entity, self.at)]
        versions = merging.by_id([*map(Version, here), *told])
        joined = {each: merging.merged(several, self.at) for each, several in versions.items()}
        reached = {each: self.reach.of(one) for each, one in joined.items()}
        return {each: one for each, one in reached.items() if one is not None}


async def retrieve(
    search: Search,
    tenant: str,
    entity_id: str,
    view: View,
    *,
    types: Types | None = None,
    attributes: Collection[str] = (),
    elsewhere: Elsewhere | None = None,
) -> Told:
    """
    Return one entity with one of `attributes`, if there are such (5.7.1), with what of it is `elsewhere`.

    Raises ResourceNotFound.
    """
    found = (await search.by_id(tenant, [entity_id])).get(entity_id)
    if elsewhere is not None:
        found = elsewhere.joined([found] if found else []).get(entity_id)
    if found is None or (types is not None and not types.matches(found["type"])):
        raise ResourceNotFound("there is no such entity")
    if attributes and not any(iri in found["attributes"] for iri in attributes):
        raise ResourceNotFound("the entity has none of these attributes")
    told = await _told(search, tenant, [found], view)
    if not told.entities:
        raise ResourceNotFound("the entity has none of these members")
    return told


async def query(
    search: Search, tenant: str, asked: EntityQuery, view: View, cut: Cut, ordering: Ordering | None = None
) -> tuple[Told, Found[Entity]]:
    """Return a page of entities (5.7.2) as they are told, and as they were found. Raises TooComplexQuery."""
    if ordering is None:
        found = await search.page(tenant, asked, cut)
    else:
        found = await search.ordered(tenant, asked, ordering, cut)
    return await _told(search, tenant, found.entities, view), found


@dataclass(frozen=True)
class Union:
    """Entities that a query means, here and elsewhere: their ids in order, and those that are elsewhere."""

    ids: list[str]
    joined: Mapping[str, Entity]
    places: Mapping[str, list[str]]
    """Ids of the registrations that have an entity, `@none` for what is here."""


async def union(search: Search, tenant: str, asked: EntityQuery, elsewhere: Elsewhere) -> Union:
    """Return what a query means, of what is here and what is elsewhere. Raises TooComplexQuery."""
    ids = await search.ids_of(tenant, asked)
    there = merging.by_id(elsewhere.versions)
    here = await search.by_id(tenant, list(there))
    if asked.q is not None and depth(asked.q):  # linked entities were looked up where they are held
        asked = replace(asked, q=None)
    meant = asked

    def all_joined() -> dict[str, Entity]:
        return {each: one for each, one in elsewhere.joined(here.values()).items() if meant.matches(one)}

    joined = await aside(_attributes(one.entity for one in elsewhere.versions) > MANY, all_joined)
    places = {
        each: [*([HERE] if each in here else []), *dict.fromkeys(one.source or HERE for one in versions)]
        for each, versions in there.items()
    }
    return Union(sorted({*ids} - there.keys() | joined.keys()), joined, places)


async def page_of_union(
    search: Search, tenant: str, whole: Union, view: View, cut: Cut
) -> tuple[Told, Found[Entity]]:
    """Return a page of a union, as it is told, and as it was found."""
    ids = list(cut.of(whole.ids))
    here = await search.by_id(tenant, [one for one in ids if one not in whole.joined])
    found = {**here, **whole.joined}
    entities = [found[one] for one in ids if one in found]
    more = len(whole.ids) > cut.offset + cut.limit
    told = await _told(search, tenant, entities, view)
    return told, Found(entities, more, len(whole.ids) if cut.count else None)


async def page_of(
    search: Search, tenant: str, ids: Sequence[str], view: View, cut: Cut
) -> tuple[Told, Found[Entity]]:
    """Return a page of the entities of these ids, as they are told, and as they were found."""
    found = await search.page_of(tenant, ids, cut)
    return await _told(search, tenant, found.entities, view), found


async def _told(search: Search, tenant: str, entities: list[Entity], view: View) -> Told:
    shown = [(Shown(one, view.shape(one, view.projection), view.projection), one) for one in entities]
    shown = [(each, one) for each, one in shown if not is_empty(each.entity)]
    told = [(each.entity, one) for each, one in shown]
    if view.join is None:
        return Told(told)

    async def fetch(ids: Collection[str]) -> Mapping[str, Entity]:
        here = await search.by_id(tenant, ids)
        there = await view.beyond(ids) if view.beyond else None
        return here if there is None else {**here, **there.joined(here.values())}

    for each, one in shown:
        each.way = view.join.met | {one["id"]}
    roots = [each for each, _ in shown]
    if view.join.inline:
        await linking.inline(fetch, view.shape, roots, view.join)
        return Told(told)
    linked = await linking.flat(fetch, view.shape, roots, view.join)
    return Told(told, [(one.entity, one.stored) for one in linked])


def _attributes(entities: Iterable[Entity]) -> int:
    return sum(len(one["attributes"]) for one in entities)


def _in_datasets(attributes: Mapping[str, Any], datasets: frozenset[str]) -> dict[str, Any]:
    kept = {
        iri: [one for one in instances if one.get("datasetId", DEFAULT_INSTANCE) in datasets]
        for iri, instances in attributes.items()
    }
    return {iri: instances for iri, instances in kept.items() if instances}
