"""
What is observed of an entity, as a change of it, and what belongs to its past alone. Pure.

An attribute shows the latest instant that was ever observed of it: an older one never overtakes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dothi.context.model import update
from dothi.context.model.kinds import Attributes, Instance, place_of
from dothi.context.store.rows import Entity, as_text
from dothi.context.store.waiting import Change, Changed
from dothi.telemetry.types import LARGEST, Flag

NS: Final = "urn:dothi:ns:"
PROVIDED_BY: Final = f"{NS}providedBy"
QUALITY: Final = f"{NS}quality"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Observed:
    """One good reading: `attribute` is an IRI, `unit_code` UN/CEFACT's or "", `flags` as types.Flag."""

    attribute: str
    at: datetime
    said: float | str
    unit_code: str = ""
    flags: int = 0
    provided_by: str = ""

    def instance(self) -> Instance:
        """Return it as an instance of the attribute, in stored form without instants of ours."""
        told: Instance = {"type": "Property", "value": _plain(self.said), "observedAt": as_text(self.at)}
        if self.unit_code:
            told["unitCode"] = self.unit_code
        if about := self._about():
            told["attributes"] = about
        return told

    def _about(self) -> Attributes:
        """Return who says it, and what speaks against it."""
        about: Attributes = {}
        if self.provided_by:
            about[PROVIDED_BY] = [{"type": "Relationship", "object": self.provided_by}]
        if self.flags:  # hardly any reading has one, and enums are slow
            about[QUALITY] = [{"type": "Property", "value": named(self.flags)}]
        return about


def observe(entity_id: str, types: Sequence[str], observed: Iterable[Observed]) -> Change:
    """
    Return the change that shows what was observed; makes the entity where there is none.

    `types` are IRIs. The result is what was shown: later by its instant than what the entity had.
    """
    told = list(observed)

    def change(stored: Entity | None, at: str) -> Changed:
        attributes = stored["attributes"] if stored else {}
        shown = [one for one in told if one.at > seen_at(attributes, one.attribute)]
        if not shown and stored:
            return Changed(stored, shown)
        fragment = {one.attribute: [one.instance()] for one in shown}
        known = stored or {"id": entity_id, "type": list(types), "scope": [], "createdAt": at}
        outcome = update.put(attributes, fragment, at)
        return Changed({**known, "attributes": outcome.attributes, "modifiedAt": at}, shown)

    return change


def seen_at(attributes: Attributes, iri: str) -> datetime:
    """Return when the default instance of an attribute was observed; the epoch where nobody says."""
    instances = attributes.get(iri, [])
    place = place_of(instances, None)
    told = None if place is None else instances[place].get("observedAt")
    return datetime.fromisoformat(told.replace(",", ".")) if told else EPOCH


def latest(observed: Iterable[Observed]) -> list[Observed]:
    """Return the latest of each attribute."""
    found: dict[str, Observed] = {}
    for one in observed:
        if one.attribute not in found or found[one.attribute].at < one.at:
            found[one.attribute] = one
    return list(found.values())


def named(flags: int) -> list[str]:
    """Return the names of what speaks against a reading."""
    return [flag.name.lower() for flag in Flag if flag & flags and flag.name]


def _plain(said: float | str) -> float | str:
    """Return a number as JSON has it: whole where it is whole, and no more than JSON's writers take."""
    return int(said) if isinstance(said, float) and said.is_integer() and abs(said) <= LARGEST else said
