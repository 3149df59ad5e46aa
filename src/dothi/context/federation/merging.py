"""
One entity of several versions of it (clause 4.5.5.3), which are held here and at sources. Pure.

Of two instances of one dataset the one of more weight is taken: what a source has to itself or all have
redirected to it weighs most, then what is held here or at inclusive sources, then what is auxiliary. Of
the same weight it is the one with the latest observedAt, otherwise with the latest modifiedAt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from dothi.context.model.kinds import Instance

Entity = dict[str, Any]
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class Weight(IntEnum):
    """How much a version weighs where it says otherwise than another."""

    AUXILIARY = 0
    EQUAL = 1
    PROXIED = 2


WEIGHTS: Final[Mapping[str, Weight]] = {
    "auxiliary": Weight.AUXILIARY, "inclusive": Weight.EQUAL,
    "redirect": Weight.PROXIED, "exclusive": Weight.PROXIED,
}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """An entity in stored form as one place has it; `source` is the id of the registration, None is here."""

    entity: Entity
    weight: Weight = Weight.EQUAL
    source: str | None = None


def merged(versions: Sequence[Version], at: datetime) -> Entity:
    """Return the entity that `versions`, one at least, make at the instant `at`."""
    if len(versions) == 1:
        return versions[0].entity
    told = [one.entity for one in versions]
    whole = {
        **told[0],
        "type": _union(one["type"] for one in told),
        "scope": _union(one.get("scope") or () for one in told),
        "attributes": _attributes(versions, at),
    }
    return whole | _instants(told)


def by_id(versions: Iterable[Version]) -> dict[str, list[Version]]:
    """Return versions by the id of their entity."""
    found: dict[str, list[Version]] = {}
    for one in versions:
        found.setdefault(one.entity["id"], []).append(one)
    return found


def is_over(entity: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether an entity or an instance has expired (4.5.5.2)."""
    return "expiresAt" in entity and instant(entity["expiresAt"]) <= at


def instant(told: str | None) -> datetime:
    """Return an instant as a source tells it; what is none is the earliest."""
    try:
        found = datetime.fromisoformat((told or "").replace(",", "."))
    except ValueError:
        return EARLIEST
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _union(several: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(one for each in several for one in each))


def _instants(told: Sequence[Entity]) -> dict[str, str]:
    """Return the instants of the whole: made when the first was, changed when the last was."""
    found = {}
    for key, chosen in (("createdAt", min), ("modifiedAt", max)):
        several = [one[key] for one in told if one.get(key)]
        if several:
            found[key] = chosen(several, key=instant)
    if all("expiresAt" in one for one in told):
        found["expiresAt"] = max((one["expiresAt"] for one in told), key=instant)
    return found


def _attributes(versions: Sequence[Version], at: datetime) -> dict[str, list[Instance]]:
    told: dict[str, dict[str | None, tuple[Weight, Instance]]] = {}
    for one in versions:
        for iri, instances in one.entity["attributes"].items():
            chosen = told.setdefault(iri, {})
            for instance in instances:
                _choose(chosen, one.weight, instance, at)
    return {iri: [instance for _, instance in chosen.values()] for iri, chosen in told.items() if chosen}


def _choose(
    chosen: dict[str | None, tuple[Weight, Instance]], weight: Weight, instance: Instance, at: datetime
) -> None:
    """Put an instance in the place of the one of its dataset that was chosen before, if it weighs more."""
    if is_over(instance, at):
        return
    dataset = instance.get("datasetId")
    before = chosen.get(dataset)
    if before is None or _rank(weight, instance) > _rank(*before):
        chosen[dataset] = weight, instance


def _rank(weight: Weight, instance: Instance) -> tuple[Weight, datetime, datetime]:
    return weight, instant(instance.get("observedAt")), instant(instance.get("modifiedAt"))
