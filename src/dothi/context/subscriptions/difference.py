"""
What is new, other or gone between two states of one entity, and which triggers that pulls (5.2.12).

An instance is named by its attribute and its dataset; it is another where any member of it, however
deep, says something else than before, save the instants at which we wrote it (clause 5.8.6).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from dothi.context.model.kinds import Instance
from dothi.context.rights.reach import Reach

Entity = Mapping[str, Any]
Name = tuple[str, str | None]
"""IRI of the attribute, and datasetId: None is the default instance."""
OURS: Final = frozenset({"createdAt", "modifiedAt", "deletedAt", "instanceId"})
UPDATES: Final = frozenset({"attributeCreated", "attributeUpdated", "attributeDeleted"})
"""What `entityUpdated` stands for."""


@dataclass(frozen=True)
class Difference:
    """Two states of one entity, of which one at least is there, and what differs."""

    before: Entity | None
    after: Entity | None

    @property
    def entity(self) -> Entity:
        """Return the entity as it is, or as it was where it is gone."""
        found = self.before if self.after is None else self.after
        assert found is not None, "one of both states is there"
        return found

    @cached_property
    def created(self) -> frozenset[Name]:
        """Return the instances that are new."""
        return frozenset(self._now.keys() - self._then.keys())

    @cached_property
    def deleted(self) -> frozenset[Name]:
        """Return the instances that are gone."""
        return frozenset(self._then.keys() - self._now.keys())

    @cached_property
    def updated(self) -> frozenset[Name]:
        """Return the instances that say something else."""
        return frozenset(
            name for name in self._now.keys() & self._then.keys() if differ(self._then[name], self._now[name])
        )

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Return the IRIs of all attributes of which anything differs."""
        return frozenset(iri for iri, _ in self.created | self.updated | self.deleted)

    def within(self, reach: Reach) -> "Difference | None":
        """Return the difference as far as it is within reach, None where neither state is."""
        if reach.everything:
            return self
        before, after = (one and reach.of(dict(one)) for one in (self.before, self.after))
        return None if before is None and after is None else Difference(before, after)

    def then(self, name: Name) -> Instance | None:
        """Return an instance as it was before."""
        return self._then.get(name)

    def pulls(self, triggers: Collection[str], watched: Collection[str] | None) -> bool:
        """Tell whether a subscription with these triggers and watched attributes (None: all) is pulled."""
        if "entityCreated" in triggers and self.before is None and self._bears(watched):
            return True
        if "entityDeleted" in triggers and self.after is None and self._bears(watched):
            return True
        return any(
            watched is None or iri in watched
            for trigger in _attribute_triggers(triggers)
            for iri, _ in self._of(trigger)
        )

    def _of(self, trigger: str) -> frozenset[Name]:
        found: frozenset[Name] = getattr(self, trigger.removeprefix("attribute").lower())
        return found

    def _bears(self, watched: Collection[str] | None) -> bool:
        return watched is None or any(iri in self.entity["attributes"] for iri in watched)

    @cached_property
    def _then(self) -> Mapping[Name, Instance]:
        return _instances(self.before)

    @cached_property
    def _now(self) -> Mapping[Name, Instance]:
        return _instances(self.after)


def differ(one: Any, other: Any) -> bool:
    """Tell whether two instances, or parts of such, say different things."""
    if one is other:
        return False
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return _differ_as_lists(one, other)
    keys = (one.keys() | other.keys()) - OURS
    return any(key not in one or key not in other or differ(one[key], other[key]) for key in keys)


def _differ_as_lists(one: Any, other: Any) -> bool:
    if not (isinstance(one, list) and isinstance(other, list)):
        return bool(one != other) or isinstance(one, bool) is not isinstance(other, bool)
    return len(one) != len(other) or any(differ(*both) for both in zip(one, other, strict=True))


def _attribute_triggers(triggers: Collection[str]) -> Collection[str]:
    return UPDATES if "entityUpdated" in triggers else UPDATES & set(triggers)


def _instances(entity: Entity | None) -> Mapping[Name, Instance]:
    return {
        (iri, one.get("datasetId")): one
        for iri, instances in (entity["attributes"].items() if entity else ())
        for one in instances
    }
