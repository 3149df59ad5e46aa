"""
The temporal evolution of an entity (clauses 4.5.6 to 4.5.8): what each change of it leaves in its past.

Pure. What is left is a list of instances in stored form (see dothi.context.model), each with the IRI of
its attribute; the scope of an entity is an attribute there, whose instances are Properties.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dothi.context.model.kinds import KINDS, NULL, Attributes, Instance

SCOPE: Final = "https://uri.etsi.org/ngsi-ld/scope"
TOLD_BY_COLUMNS: Final = frozenset(
    {"observedAt", "createdAt", "modifiedAt", "deletedAt", "datasetId", "instanceId"}
)
"""Members of an instance that do not stand in its JSON in the history."""
EXACT: Final = 2**53
"""From here on a double precision number does not hold every whole number."""

Said = tuple[str, Instance]
Entity = Mapping[str, Any]


def left_by(before: Entity | None, after: Entity | None, at: str) -> list[Said]:
    """Return what the change of an entity leaves: what it says anew, and what it deletes."""
    was, became = before or {}, after or {}
    left = _of_attributes(was.get("attributes", {}), became.get("attributes", {}), at)
    if (was.get("scope") or []) != (became.get("scope") or []):
        left.append((SCOPE, of_scope(became.get("scope") or [], at)))
    return left


def of_scope(scopes: Sequence[str], at: str) -> Instance:
    """Return the instance that a change of the scope leaves; none deletes it (clause 4.5.6)."""
    if not scopes:
        return {"type": "Property", "value": [], "createdAt": at, "modifiedAt": at, "deletedAt": at}
    value = scopes[0] if len(scopes) == 1 else list(scopes)
    return {"type": "Property", "value": value, "observedAt": at, "createdAt": at, "modifiedAt": at}


def since_the_first(said: Sequence[Said], at: str) -> list[Said]:
    """Return what a new evolution says; a scope told at `at`, without an instant, held all the time."""
    told = [one["observedAt"] for _, one in said if "observedAt" in one]
    first = min(told, key=datetime.fromisoformat, default=at)
    return [
        (iri, {**one, "observedAt": first} if iri == SCOPE and one.get("observedAt") == at else one)
        for iri, one in said
    ]


def deletion(instance: Instance, at: str) -> Instance:
    """Return what the deletion of an instance leaves: NGSI-LD Null in place of what it said (4.5.7)."""
    kind = instance["type"]
    null: Any = {"@none": NULL} if kind == "LanguageProperty" else NULL
    gone: Instance = {"type": kind, KINDS[kind]: [null] if kind.startswith("List") else null}
    gone |= {key: instance[key] for key in ("datasetId", "createdAt") if key in instance}
    return {"createdAt": at, **gone, "modifiedAt": at, "deletedAt": at}


def end(attribute: str, instance: Instance, at: str) -> Instance:
    """Return what the deletion of an instance of an attribute, or of the scope, leaves."""
    return of_scope([], at) if attribute == SCOPE else deletion(instance, at)


def measure(instance: Instance) -> float | None:
    """Return what aggregations reckon with (table 4.5.19.1-1): numbers, truth as 1 or 0, lengths of lists."""
    said = instance.get("value") if instance["type"] == "Property" else None
    if isinstance(said, list):
        return float(len(said))
    return float(said) if isinstance(said, bool | int | float) else None


def written(instance: Instance) -> Instance | None:
    """Return the JSON of an instance in the history; None where `measure` alone says it."""
    rest = {key: value for key, value in instance.items() if key not in TOLD_BY_COLUMNS}
    value = rest.get("value")
    plain = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < EXACT
    return None if plain and len(rest) == 2 and rest["type"] == "Property" else rest


def _of_attributes(was: Attributes, became: Attributes, at: str) -> list[Said]:
    """What does not change stays the same object (see dothi.context.model.update)."""
    changed = [iri for iri, instances in became.items() if was.get(iri) is not instances]
    changed += [iri for iri in was if iri not in became]
    return [(iri, one) for iri in changed for one in _of_instances(was.get(iri, ()), became.get(iri, ()), at)]


def _of_instances(was: Iterable[Instance], became: Iterable[Instance], at: str) -> list[Instance]:
    before = {one.get("datasetId"): one for one in was}
    after = {one.get("datasetId"): one for one in became}
    said = [one for dataset, one in after.items() if before.get(dataset) != one]
    return said + [deletion(one, at) for dataset, one in before.items() if dataset not in after]
