"""Which entities a query or a subscription means, all conditions together (clauses 5.2.23, 5.2.33, 5.7.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dothi.context.query.geo import GeoQuery
from dothi.context.query.parameters import Parameters
from dothi.context.query.patterns import Pattern
from dothi.context.query.q import Linked, Query
from dothi.context.query.scopes import ScopeQuery
from dothi.context.query.types import Types

Entity = Mapping[str, Any]


@dataclass(frozen=True)
class EntitySelector:
    """Entities of some types, of these ids or, where there are none, of a pattern of ids."""

    types: Types | None = None
    ids: tuple[str, ...] = ()
    id_pattern: Pattern | None = None

    def matches(self, entity: Entity) -> bool:
        """Tell whether an entity in its stored form is selected."""
        if self.types is not None and not self.types.matches(entity["type"]):
            return False
        if self.ids:
            return entity["id"] in self.ids
        return self.id_pattern is None or self.id_pattern.found_in(entity["id"])

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        told = [self.types.sql(into, entity)] if self.types is not None else []
        if self.ids:
            told.append(f"{entity}.id = any({into.put(list(self.ids), 'text[]')})")
        elif self.id_pattern is not None:
            told.append(f'{entity}.id collate "C" ~ {into.put(self.id_pattern.text, "text")}')
        return f"({' and '.join(told) or 'true'})"


@dataclass(frozen=True)
class EntityQuery:
    """
    Entities that one of `selectors` selects, with one of `attributes` (IRIs), that q, scopes and geo fit.

    What is not told asks for nothing.
    """

    selectors: tuple[EntitySelector, ...] = ()
    attributes: tuple[str, ...] = ()
    q: Query | None = None
    scopes: ScopeQuery | None = None
    geo: GeoQuery | None = None

    @property
    def is_wide(self) -> bool:
        """Tell whether it says neither types nor attributes nor q nor geo (clause 5.7.2.4)."""
        typed = any(one.types is not None for one in self.selectors)
        asked = self.q is not None and any(term.attribute is not None for term in self.q.terms())
        return not (typed or self.attributes or asked or self.geo)

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant; `linked` looks others up."""
        return (
            (not self.selectors or any(one.matches(entity) for one in self.selectors))
            and (not self.attributes or any(iri in entity["attributes"] for iri in self.attributes))
            and (self.scopes is None or self.scopes.matches(entity.get("scope", ())))
            and (self.q is None or self.q.matches(entity, linked))
            and (self.geo is None or self.geo.matches(entity))
        )

    def sql(self, into: Parameters, entity: str = "e") -> str:
        """Return the condition on rows of the table alias `entity`; `geo` decides among those afterwards."""
        told = []
        if self.selectors:
            told.append(f"({' or '.join(one.sql(into, entity) for one in self.selectors)})")
        if self.attributes:
            told.append(into.has(entity, self.attributes))
        told += [part.sql(into, entity) for part in (self.scopes, self.q, self.geo) if part is not None]
        return " and ".join(told) or "true"
