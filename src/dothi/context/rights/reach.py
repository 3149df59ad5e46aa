"""
What rights come to: which entities somebody reaches, and which attributes of each.

    reach = Reach((Grant(types=frozenset({ROOM})), Grant(attributes=frozenset({NAME}))))
    reach.of(entity)     the entity as far as it is reached, None where it is not
    reach.everything     nothing is narrowed, and nothing is to be paid for narrowing

An entity is reached by one of its types and one of its scopes; id, type and scope come along. An attribute
comes with its sub-attributes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from dothi.context.query.scopes import ScopePattern

Entity = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """What one right opens: entities of one of `types`, in one of `scopes`, and `attributes`; None is any."""

    types: frozenset[str] | None = None
    scopes: tuple[ScopePattern, ...] | None = None
    attributes: frozenset[str] | None = None

    @property
    def everything(self) -> bool:
        """Tell whether it narrows nothing."""
        return self.types is None and self.scopes is None and self.attributes is None

    def opens(self, types: Iterable[str], scopes: Collection[str]) -> bool:
        """Tell whether it opens entities of these types and scopes."""
        if self.types is not None and self.types.isdisjoint(types):
            return False
        return self.scopes is None or any(self.has_scope(one) for one in scopes)

    def has_scope(self, scope: str) -> bool:
        """Tell whether it opens a scope."""
        return self.scopes is None or any(one.matches([scope]) for one in self.scopes)


@dataclass(frozen=True)
class Reach:
    """What the grants together open; none opens nothing."""

    grants: tuple[Grant, ...] = ()

    @cached_property
    def everything(self) -> bool:
        """Tell whether nothing is narrowed."""
        return any(one.everything for one in self.grants)

    @cached_property
    def whole_entities(self) -> bool:
        """Tell whether of entities that are reached nothing is left out."""
        return all(one.attributes is None for one in self.grants)

    @cached_property
    def named(self) -> frozenset[str] | None:
        """Return all attributes that are reached of some entity; None where of some all are."""
        several = [one.attributes for one in self.grants if one.attributes is not None]
        return frozenset().union(*several) if len(several) == len(self.grants) else None

    @cached_property
    def any_scope(self) -> bool:
        """Tell whether entities of all scopes are reached."""
        return all(one.scopes is None for one in self.grants)

    def attributes(self, types: Iterable[str], scopes: Collection[str]) -> frozenset[str] | None:
        """Return which attributes of an entity are reached, None for all. Raises OutOfReach."""
        told = list(types)
        opened = [one.attributes for one in self.grants if one.opens(told, scopes)]
        if not opened:
            raise OutOfReach
        named = [one for one in opened if one is not None]
        return frozenset().union(*named) if len(named) == len(opened) else None

    def may_give(self, types: Iterable[str], scopes: Iterable[str]) -> bool:
        """Tell whether some grant opens each of these types and scopes, so that an entity may get them."""
        typed = all(any(one.types is None or each in one.types for one in self.grants) for each in types)
        return typed and all(any(one.has_scope(each) for one in self.grants) for each in scopes)

    def of(self, entity: Entity) -> Entity | None:
        """
        Return an entity in stored form as far as it is reached, None where it is not.

        `modifiedAt` is then that of what is left, since its own would tell of the rest.
        """
        if self.everything:
            return entity
        try:
            reached = self.attributes(entity["type"], entity.get("scope") or ())
        except OutOfReach:
            return None
        return entity if reached is None else _left(entity, reached)


class OutOfReach(Exception):
    """An entity that is as if it did not exist."""


EVERYTHING: Final = Reach((Grant(),))
NOTHING: Final = Reach()


def _left(entity: Mapping[str, Any], reached: frozenset[str]) -> Entity:
    attributes = {iri: one for iri, one in entity["attributes"].items() if iri in reached}
    left = {**entity, "attributes": attributes}
    if "createdAt" not in entity:
        return left
    said = [one["modifiedAt"] for several in attributes.values() for one in several if "modifiedAt" in one]
    return {**left, "modifiedAt": max([entity["createdAt"], *said])}
