"""
Writing the evolution of an entity: normalized (clauses 4.5.6 to 4.5.8), simplified (4.5.9), aggregated
(4.5.19).

Stored form of an evolution: as that of an entity (see dothi.context.model), but each attribute has any
number of instances, in the order of time, and so has the scope; members that are not to be told lack.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dothi.context.model.kinds import KINDS, Instance
from dothi.context.model.write import Writer

Evolution = Mapping[str, Any]
LISTED: Final[Mapping[str, str]] = {
    "Property": "values", "GeoProperty": "values", "Relationship": "objects",
    "LanguageProperty": "languageMaps", "VocabProperty": "vocabs", "JsonProperty": "jsons",
    "ListProperty": "valueLists", "ListRelationship": "objectLists",
}  # fmt: skip
"""The member that holds what all instances of a kind say (clause 4.5.9)."""
WRAPPED: Final = frozenset({"LanguageProperty", "VocabProperty", "JsonProperty"})
"""Kinds of which each value is an object of one member."""
TIMES: Final = ("observedAt", "deletedAt", "modifiedAt")
"""What tells the time of an instance where the asked property does not: the first that there is."""


class TemporalForm(StrEnum):
    """The representations of an evolution."""

    NORMALIZED = "normalized"
    SIMPLIFIED = "temporalValues"
    AGGREGATED = "aggregatedValues"


@dataclass(frozen=True)
class TemporalWriter:
    """Writes by `writer` (names, language, system attributes); `by` is the property of the temporal query."""

    writer: Writer
    form: TemporalForm = TemporalForm.NORMALIZED
    by: str = "observedAt"

    def entity(self, stored: Evolution, hidden: Mapping[str, Instance]) -> dict[str, Any]:
        """
        Return the JSON of an evolution, without @context.

        Of attributes that have no instance here `hidden` has one that is on another page.
        """
        told = {key: stored[key] for key in ("id", "type") if key in stored}
        if "type" in told:
            told["type"] = self.writer.types(told["type"])
        if self.writer.system:
            told |= {key: stored[key] for key in ("createdAt", "modifiedAt") if key in stored}
        if "scope" in stored:
            told["scope"] = self.written(stored["scope"])
        for iri, several in stored["attributes"].items():
            told[self.writer.names.compact(iri)] = (
                self.written(several) if several else self._hidden(hidden[iri])
            )
        return told

    @property
    def written(self) -> Callable[[Any], Any]:
        """Return what writes the instances of one attribute, or the series of its aggregates."""
        return {
            TemporalForm.NORMALIZED: self._normalized,
            TemporalForm.SIMPLIFIED: self._simplified,
            TemporalForm.AGGREGATED: _one_or_all,
        }[self.form]

    def _normalized(self, several: Sequence[Instance]) -> list[Any]:
        return [self._instance(one) for one in several]

    def _instance(self, one: Instance) -> dict[str, Any]:
        told: dict[str, Any] = self.writer.instance(one)
        return told | {"deletedAt": one["deletedAt"]} if "deletedAt" in one else told

    def _simplified(self, several: Sequence[Instance]) -> Any:
        series: dict[tuple[str, str | None], list[Any]] = {}
        for one in several:
            kind, value = self._value(one)
            series.setdefault((kind, one.get("datasetId")), []).append([value, self._time(one)])
        return _one_or_all([_listed(kind, dataset, pairs) for (kind, dataset), pairs in series.items()])

    def _value(self, one: Instance) -> tuple[str, Any]:
        told = self.writer.instance(one)
        kind = told["type"]
        value = told[KINDS[kind]]
        if kind == "ListRelationship":  # bare here, unlike in the normalized form
            value = [each["object"] if isinstance(each, Mapping) else each for each in value]
        return kind, {KINDS[kind]: value} if kind in WRAPPED else value

    def _time(self, one: Instance) -> str:
        found: str = one[next(key for key in (self.by, *TIMES) if key in one)]
        return found

    def _hidden(self, one: Instance) -> Any:
        if self.form is TemporalForm.NORMALIZED:
            return []
        return _listed(self._value(one)[0], one.get("datasetId"), [])


def _listed(kind: str, dataset: str | None, pairs: list[Any]) -> dict[str, Any]:
    told = {"type": kind, LISTED[kind]: pairs}
    return told | {"datasetId": dataset} if dataset else told


def _one_or_all(several: Sequence[Any]) -> Any:
    return several[0] if len(several) == 1 else list(several)
