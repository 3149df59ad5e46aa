"""
The part of a query that a registration covers (clause 4.3.6.1): its types, ids and attributes only. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.patterns import pattern
from dothi.context.query.types import Types
from dothi.context.registrations import information, matching
from dothi.context.registrations.wanted import EntityWanted

Info = Mapping[str, Any]
T = TypeVar("T")
ANY = EntitySelector()


@dataclass(frozen=True)
class Part:
    """Entities of these types (groups of IRIs), of these ids or of ids like a pattern; their attributes."""

    types: tuple[frozenset[str], ...] = ()
    ids: tuple[str, ...] = ()
    like: str | None = None
    attributes: frozenset[str] = frozenset()


def parts(asked: EntityQuery, infos: Iterable[Info], *, attributes: bool = True) -> list[Part]:
    """
    Return what is asked of a source with the information `infos`, each of which has something of it.

    Without `attributes` it is asked for entities that have none of those that are wanted, too.
    """
    found = [part for info in infos for part in _of_info(asked, info, attributes=attributes)]
    return _same_ids(_same_types(found))


def wanted(selectors: Iterable[EntitySelector]) -> tuple[EntityWanted, ...]:
    """Return what selectors look for in registrations; ids go before a pattern (5.2.33)."""
    return tuple(_wanted(one) for one in selectors)


def _wanted(one: EntitySelector) -> EntityWanted:
    return EntityWanted(one.types, frozenset(one.ids), None if one.ids else one.id_pattern)


def _of_info(asked: EntityQuery, info: Info, *, attributes: bool) -> Iterator[Part]:
    named, meant = information.attributes(info), frozenset(asked.attributes)
    if named:
        told = (named & meant if meant else named) if attributes else named
    else:
        told = meant if attributes else frozenset()
    for one in asked.selectors or (ANY,):
        if "entities" not in info:
            like = one.id_pattern.text if one.id_pattern else None
            yield Part(one.types.groups if one.types else (), one.ids, like, told)
        for entity in info.get("entities", ()):
            if matching.has_entity(entity, _wanted(one)):
                yield replace(_of_entity(one, entity), attributes=told)


def _of_entity(one: EntitySelector, entity: Info) -> Part:
    """Return what a selector and an EntityInfo, which fit, have in common."""
    own = information.types(entity)
    groups = tuple(each for each in one.types.groups if each <= own) if one.types else ()
    types = groups or tuple(frozenset([each]) for each in sorted(own))
    if one.ids:
        return Part(types, tuple(each for each in one.ids if _is_id_of(entity, each)))
    if "id" in entity:
        return Part(types, (entity["id"],))
    like = one.id_pattern.text if one.id_pattern else entity.get("idPattern")
    return Part(types, (), like)


def _is_id_of(entity: Info, entity_id: str) -> bool:
    if "id" in entity:
        return bool(entity["id"] == entity_id)
    return "idPattern" not in entity or pattern(entity["idPattern"], "idPattern").found_in(entity_id)


def _same_types(found: Sequence[Part]) -> list[Part]:
    """Return parts that differ in their ids alone as one; where one has none, all ids are meant."""
    joined: dict[Part, list[Part]] = {}
    for one in found:
        joined.setdefault(replace(one, ids=("",) if one.ids else ()), []).append(one)
    return [replace(several[0], ids=_union(one.ids for one in several)) for several in joined.values()]


def _same_ids(found: Sequence[Part]) -> list[Part]:
    """Return parts that differ in their types alone as one."""
    joined: dict[Part, list[Part]] = {}
    for one in found:
        joined.setdefault(replace(one, types=(frozenset(),) if one.types else ()), []).append(one)
    return [replace(several[0], types=_union(one.types for one in several)) for several in joined.values()]


def _union(several: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for each in several for one in each))


def fits(infos: Iterable[Info], entity: Mapping[str, Any]) -> bool:
    """Tell whether an entity in stored form is one that these parts of a registration speak of."""
    return any(
        "entities" not in info or any(_speaks_of(one, entity) for one in info["entities"]) for info in infos
    )


def _speaks_of(told: Info, entity: Mapping[str, Any]) -> bool:
    """Tell whether an EntityInfo speaks of an entity; a pattern is no promise (5.12)."""
    if information.types(told).isdisjoint(entity["type"]):
        return False
    return "id" not in told or bool(told["id"] == entity["id"])


def types_text(part: Part, compact: Any) -> str:
    """Return the types of a part in the language of clause 4.17."""
    told = [[compact(one) for one in sorted(group)] for group in part.types]
    return ",".join(one[0] if len(one) == 1 else f"({';'.join(one)})" for one in told)


def of_types(types: Iterable[str]) -> Types:
    """Return the selection of entities that have one of `types`."""
    return Types(tuple(frozenset([one]) for one in types))
