"""
Reading the temporal representation of an entity (clauses 4.5.6 to 4.5.8, 5.2.20) as requesters write it.

It differs from that of a current entity in that an attribute has many instances of one dataset, that the
scope may be an attribute, and that an instance may say NGSI-LD Null: that the attribute was deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.evolution import SCOPE, Said, of_scope
from dothi.context.model.kinds import DEFAULT, KINDS, NULL, Instance
from dothi.context.model.read import NOT_ATTRIBUTES, Purpose, Reader

Json = Mapping[str, Any]


@dataclass(frozen=True)
class TemporalReader:
    """Reads by `names` what is said at the instant `at`, which becomes createdAt and modifiedAt."""

    names: Names
    at: str

    @property
    def reader(self) -> Reader:
        """Return the reader of instances that say something."""
        return Reader(self.names)

    def types(self, told: Json) -> list[str]:
        """Return the types that a fragment tells, none where it tells none."""
        return self.reader.types(told["type"]) if "type" in told else []

    def said(self, told: Json) -> list[Said]:
        """Return all instances that an entity or a fragment tells. Raises BadRequestData."""
        said: list[Said] = []
        for key, value in told.items():
            if key not in NOT_ATTRIBUTES:
                said += [(self.reader.attribute(key), one) for one in self.instances(key, value)]
        return said + [(SCOPE, one) for one in self.scope(told)]

    def instances(self, key: str, told: object) -> list[Instance]:
        """Return the instances of one attribute, told as one or as a list."""
        several = told if isinstance(told, list) and all(isinstance(one, Mapping) for one in told) else [told]
        return [self.instance(key, one) for one in several]

    def instance(self, key: str, told: object) -> Instance:
        """Return one instance."""
        if told == NULL:
            raise BadRequestData(f"{key}: NGSI-LD Null says nothing here")
        reader = Reader(self.names, Purpose.UPDATE) if _is_deletion(told) else self.reader
        found = {**reader.instance(key, told), "createdAt": self.at, "modifiedAt": self.at}
        if isinstance(told, Mapping) and "deletedAt" in told:
            found["deletedAt"] = terms.instant(told["deletedAt"], f"{key}.deletedAt")
        return found

    def scope(self, told: Json) -> list[Instance]:
        """Return the instances of the scope; a bare one holds from now on."""
        if "scope" not in told:
            return []
        scope = told["scope"]
        several = scope if isinstance(scope, list) else [scope]
        if not any(isinstance(one, Mapping) for one in several):
            return [of_scope(self.reader.scopes(scope), self.at)]
        return [self._scope(one) for one in several]

    def _scope(self, told: object) -> Instance:
        if not isinstance(told, Mapping) or told.get("type", "Property") != "Property" or "value" not in told:
            raise BadRequestData("an instance of the scope is a Property with a value")
        found = of_scope(self.reader.scopes(told["value"]), self.at)
        for key in ("observedAt", "deletedAt"):
            if key in told:
                found[key] = terms.instant(told[key], f"scope.{key}")
        return found


def _is_deletion(told: object) -> bool:
    """Tell whether an instance says NGSI-LD Null in any way of clause 4.5.7."""
    nulls: tuple[Any, ...] = (NULL, [NULL], {DEFAULT: NULL})
    return isinstance(told, Mapping) and any(told.get(member) in nulls for member in KINDS.values())
