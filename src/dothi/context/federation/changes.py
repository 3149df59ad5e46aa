"""
What the notification of a source tells of an entity (clause 5.8.6): as it is, and as far as told as it was.

What is gone comes as NGSI-LD Null, an entity that is gone with `deletedAt`; an instance may bear what it
said before. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.federation import reading
from dothi.context.federation.reading import Entity
from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import DEFAULT, KINDS, NULL, PREVIOUS
from dothi.context.model.terms import INSTANT

Json = Mapping[str, Any]
OF_ENTITY: Final = frozenset({"id", "@id", "type", "@type", "scope", "@context", *reading.SYSTEM})
NULLS: Final[tuple[Any, ...]] = (NULL, [NULL], {DEFAULT: NULL})
ADDED: Final = frozenset({*PREVIOUS.values(), "deletedAt"})
"""Members of an instance that a notification adds."""


def change(told: object, names: Names) -> tuple[Entity | None, Entity | None]:
    """Return an entity as it was, None where that is not told, and as it is. Raises BadRequestData."""
    if not isinstance(told, Mapping):
        raise BadRequestData("an entity is an object")
    after = reading.entity(_told(told, _left), names)
    before = reading.entity(_told(told, _was), names)
    for iri, several in _gone(told, names).items():
        before["attributes"].setdefault(iri, []).extend(several)
    if _is_over(told):
        return before, None
    return (before if before["attributes"] else None), after


def _told(told: Json, shown: Any) -> dict[str, Any]:
    """Return an entity with what `shown` makes of each instance."""
    whole: dict[str, Any] = {}
    for key, value in told.items():
        if key in OF_ENTITY:
            whole[key] = value
        elif key != "deletedAt" and (kept := [each for one in _instances(value) for each in shown(one)]):
            whole[key] = kept if len(kept) > 1 else kept[0]
    return whole


def _left(one: Any) -> Iterator[Any]:
    if not _is_gone(one):
        yield _without(one) if isinstance(one, Mapping) else one


def _was(one: Any) -> Iterator[Json]:
    member = _member(one)
    if member is not None and one.get(PREVIOUS[member]) is not None:
        yield {"type": one["type"], member: one[PREVIOUS[member]], **_dataset(one)}


def _gone(told: Json, names: Names) -> dict[str, list[dict[str, Any]]]:
    """Return the instances that are gone without a word of what they said, in stored form."""
    found: dict[str, list[dict[str, Any]]] = {}
    for key, value in told.items():
        for one in _instances(value) if key not in OF_ENTITY else ():
            member = _member(one)
            if member is not None and _is_gone(one) and not list(_was(one)):
                gone = {"type": one["type"], member: NULL, **_dataset(one)}
                found.setdefault(names.expand(key), []).append(gone)
    return found


def _instances(value: Any) -> list[Any]:
    several = isinstance(value, list) and bool(value) and all(_member(one) for one in value)
    return list(value) if several else [value]


def _member(one: Any) -> str | None:
    """Return the member by which an instance says what it says, None where it is none."""
    kind = one.get("type") if isinstance(one, Mapping) else None
    return KINDS.get(kind) if isinstance(kind, str) else None


def _is_gone(one: Any) -> bool:
    member = _member(one)
    return one == NULL if member is None else one.get(member) in NULLS


def _without(one: Json) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in ADDED}


def _dataset(one: Json) -> dict[str, Any]:
    dataset = one.get("datasetId")
    return {"datasetId": dataset} if isinstance(dataset, str) and dataset != DEFAULT else {}


def _is_over(told: Json) -> bool:
    at = told.get("deletedAt")
    return isinstance(at, str) and INSTANT.fullmatch(at) is not None
