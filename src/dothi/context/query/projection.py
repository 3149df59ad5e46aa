"""
Which members of an entity are told (clause 4.21): pick and omit, also of linked entities.

    pick = parse("id,locatedAt{id,name}", names, "pick")
    Projection(pick, None).of(entity)       the entity with these members only
    Projection(pick, None).linked(iri)      the projection of entities that the relationship iri leads to
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dothi.context.errors import BadRequestData, TooComplexQuery
from dothi.context.jsonld.names import Names
from dothi.context.query.scanner import Scanner

Entity = dict[str, Any]
OF_ENTITY: Final = ("id", "type", "scope", "createdAt", "modifiedAt", "expiresAt")
NAME = re.compile(r"""[^\s,|;{}()<>"'=\x00]+""")
DEEPEST: Final = 20


@dataclass(frozen=True)
class Members:
    """Names of an entity's own members or IRIs of attributes; those in braces lead to linked entities."""

    names: frozenset[str] = frozenset()
    linked: Mapping[str, "Members"] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Return how many relationships are followed."""
        return max((1 + one.depth for one in self.linked.values()), default=0)


@dataclass(frozen=True)
class Projection:
    """What is picked, None for everything, without what is omitted."""

    pick: Members | None = None
    omit: Members | None = None

    @property
    def depth(self) -> int:
        """Return how many relationships are followed."""
        return max(one.depth if one else 0 for one in (self.pick, self.omit))

    def of(self, entity: Entity) -> Entity:
        """Return what is told of an entity in its stored form; members that are not are missing."""
        attributes = entity["attributes"]
        if self.pick is None and self.omit is None:
            return {**entity, "attributes": dict(attributes)}
        told = {key: value for key, value in entity.items() if key != "attributes" and self._tells(key)}
        return {**told, "attributes": {iri: each for iri, each in attributes.items() if self._tells(iri)}}

    def linked(self, iri: str) -> "Projection":
        """Return the projection of entities that a relationship leads to."""
        return Projection(
            self.pick.linked.get(iri) if self.pick else None, self.omit.linked.get(iri) if self.omit else None
        )

    def _tells(self, name: str) -> bool:
        if self.pick is not None and name not in self.pick.names and name not in self.pick.linked:
            return False
        return self.omit is None or name not in self.omit.names


def is_empty(entity: Entity) -> bool:
    """Tell whether nothing is left of an entity but instants of ours."""
    return not entity["attributes"] and not any(entity.get(key) for key in ("id", "type", "scope"))


def projection(pick: Members | None, omit: Members | None) -> Projection:
    """Return the projection. Raises BadRequestData where a member is both picked and omitted."""
    if pick and omit and pick.names & omit.names:
        raise BadRequestData(f"picked and omitted at once: {', '.join(sorted(pick.names & omit.names))}")
    return Projection(pick, omit)


def parse(text: str, names: Names, what: str) -> Members:
    """Return the members that a text says. Raises BadRequestData, TooComplexQuery."""
    scanner = Scanner(text, what)
    members = _members(scanner, names, 0)
    scanner.end()
    return members


def _members(scanner: Scanner, names: Names, depth: int) -> Members:
    if depth > DEEPEST:
        raise TooComplexQuery(f"{scanner.what} is nested too deep")
    plain: set[str] = set()
    linked: dict[str, Members] = {}
    while True:
        name = _name(scanner, names)
        if scanner.takes("{"):
            linked[name] = _members(scanner, names, depth + 1)
            scanner.expect("}")
        else:
            plain.add(name)
        if not (scanner.takes(",") or scanner.takes("|")):
            return Members(frozenset(plain), linked)


def _name(scanner: Scanner, names: Names) -> str:
    told = scanner.match(NAME)
    if told is None:
        raise scanner.wrong("a member is missing")
    return told if told in OF_ENTITY else names.expand(told)
