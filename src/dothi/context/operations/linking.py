"""
Linked entity retrieval (clause 4.5.23): following relationships to entities that are stored here.

    await inline(fetch, shown, join)     puts each linked entity into its relationship, under `linked`
    await flat(fetch, shown, join)       returns the linked entities, each once, level by level

An instance of a relationship in the stored form then has `linked`: {id: entity}, which the writer tells.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dothi.context.errors import TooComplexQuery
from dothi.context.query.paths import OBJECTS, elements, said
from dothi.context.query.projection import Projection, is_empty

MOST: Final = 10_000
"""Linked entities in one answer."""
DEEPEST: Final = 10

Entity = dict[str, Any]
Fetch = Callable[[Collection[str]], Awaitable[Mapping[str, Entity]]]
"""Gives those of the ids that there are."""
Shape = Callable[[Entity, Projection], Entity]
"""Gives what is told of an entity."""


@dataclass(frozen=True)
class Join:
    """How deep relationships are followed, and the ids that were met before."""

    inline: bool
    level: int = 1
    met: frozenset[str] = frozenset()


@dataclass
class Shown:
    """An entity as it is, as it is told so far, the projection that told it, and the ids on the way to it."""

    stored: Entity
    entity: Entity
    projection: Projection = field(default_factory=Projection)
    way: frozenset[str] = frozenset()

    def relationships(self) -> Iterator[tuple[str, int, list[str]]]:
        """Give attribute, place of the instance, and the ids it leads to, of each relationship."""
        for iri, instances in self.entity["attributes"].items():
            for place, instance in enumerate(instances):
                if any(member in instance for member in OBJECTS):
                    yield iri, place, [uri for uri in elements(said(instance)) if uri not in self.way]


async def inline(fetch: Fetch, shape: Shape, shown: Collection[Shown], join: Join) -> None:
    """Put linked entities into the relationships of `shown`. Raises TooComplexQuery."""
    level, total = list(shown), 0
    for _ in range(join.level):
        found = await fetch(_wanted(level))
        level = [child for one in level for child in _embedded(one, found, shape)]
        total += len(level)
        if total > MOST:
            raise TooComplexQuery(f"more than {MOST} linked entities")


async def flat(fetch: Fetch, shape: Shape, shown: Collection[Shown], join: Join) -> list[Shown]:
    """Return the linked entities, each once. Raises TooComplexQuery."""
    level, children = list(shown), list[Shown]()
    met = join.met | frozenset().union(*(one.way for one in shown))
    for _ in range(join.level):
        found = await fetch(_wanted(level) - met)
        level = _reached(level, found, shape)
        met |= set(found)
        children += level
        if len(children) > MOST:
            raise TooComplexQuery(f"more than {MOST} linked entities")
    return children


def _wanted(level: Collection[Shown]) -> set[str]:
    return {uri for one in level for _, _, uris in one.relationships() for uri in uris}


def _embedded(one: Shown, found: Mapping[str, Entity], shape: Shape) -> list[Shown]:
    children: list[Shown] = []
    for iri, place, uris in list(one.relationships()):
        projection = one.projection.linked(iri)
        linked = {
            uri: Shown(found[uri], shape(found[uri], projection), projection, one.way | {uri})
            for uri in uris
            if uri in found
        }
        linked = {uri: child for uri, child in linked.items() if not is_empty(child.entity)}
        if linked:
            _embed(one.entity, iri, place, {uri: child.entity for uri, child in linked.items()})
            children += linked.values()
    return children


def _embed(entity: Entity, iri: str, place: int, linked: Mapping[str, Entity]) -> None:
    """Replace one instance: what was read from the store is not changed."""
    instances = list(entity["attributes"][iri])
    instances[place] = {**instances[place], "linked": linked}
    entity["attributes"][iri] = instances


def _reached(level: Collection[Shown], found: Mapping[str, Entity], shape: Shape) -> list[Shown]:
    children: dict[str, Shown] = {}
    for one in level:
        for iri, _, uris in one.relationships():
            for uri in uris:
                if uri in found and uri not in children:
                    projection = one.projection.linked(iri)
                    children[uri] = Shown(found[uri], shape(found[uri], projection), projection)
    return [one for one in children.values() if not is_empty(one.entity)]
