"""
Merging a fragment into an entity, in depth, as JSON Merge Patch does (clauses 5.5.12 and 5.6.17).

Pure, like `update`. NGSI-LD Null deletes: an instance, a member of it, a member of a value.
"""

from dataclasses import dataclass
from typing import Any

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import DEFAULT, KINDS, NULL, Attributes, Instance, is_deletion, place_of
from dothi.context.model.update import new, with_instances, with_members
from dothi.context.model.values import value_of

DEEP = ("value", "json", "languageMap")
"""Members whose objects are merged; others are put in the place of what is there."""


@dataclass(frozen=True)
class Merging:
    """
    What the parameters of a merge say: `simplified` fragments leave kinds as they are, `observed_at` is
    for attributes that have such an instant, `lang` is the language of texts for a LanguageProperty.
    """

    names: Names
    simplified: bool = False
    observed_at: str | None = None
    lang: str | None = None


def merged(stored: Attributes, fragment: Attributes, at: str, how: Merging) -> Attributes:
    """Return the attributes after a merge. Raises BadRequestData."""
    attributes = stored
    for iri, instances in fragment.items():
        for one in instances:
            found = _merged_into(attributes.get(iri, []), one, at, how)
            attributes = with_instances(attributes, iri, found)
    return attributes


def merged_json(stored: Any, fragment: Any) -> Any:
    """Return a JSON value after a merge (RFC 7396, with NGSI-LD Null for null)."""
    if not isinstance(fragment, dict):
        return fragment
    whole = dict(stored) if isinstance(stored, dict) else {}
    for key, value in fragment.items():
        if value == NULL:
            whole.pop(key, None)
        else:
            whole[key] = merged_json(whole.get(key), value)
    return whole


def _merged_into(found: list[Instance], one: Instance, at: str, how: Merging) -> list[Instance]:
    place = place_of(found, one.get("datasetId"))
    if is_deletion(one):
        return found if place is None else [*found[:place], *found[place + 1 :]]
    if place is None:
        return [*found, _appended(one, at, how)]
    return [*found[:place], *_merged(found[place], one, at, how), *found[place + 1 :]]


def _appended(one: Instance, at: str, how: Merging) -> Instance:
    """Return an instance that was not there, without the nulls, which have nothing to delete."""
    told = {key: merged_json(None, value) if key in DEEP else value for key, value in one.items()}
    told.pop("attributes", None)
    inner = merged({}, one.get("attributes", {}), at, how)
    return new({**told, "attributes": inner} if inner else told, at)


def _merged(stored: Instance, told: Instance, at: str, how: Merging) -> list[Instance]:
    """Return the merged instance; none where nothing of what it says is left."""
    one = _as_kind(stored, told, how)
    base = stored
    if one["type"] != stored["type"]:
        base = {key: value for key, value in stored.items() if key != KINDS[stored["type"]]}
    for member in DEEP:
        if member in one and one["type"] != "GeoProperty":
            one = {**one, member: merged_json(base.get(member), one[member])}
    if how.observed_at and "observedAt" in stored and "observedAt" not in one:
        one = {**one, "observedAt": how.observed_at}
    whole = with_members(base, one, at)
    inner = merged(stored.get("attributes", {}), told.get("attributes", {}), at, how)
    if whole.get("languageMap") == {}:
        return []
    return [{**whole, "attributes": inner} if inner else whole]


def _as_kind(stored: Instance, one: Instance, how: Merging) -> Instance:
    """Return a fragment with the kind that it is to have beside what is stored."""
    kind: str = stored["type"]
    told: str = one.get("type", kind)
    if not one.get("inferred"):
        if KINDS[told] not in one and told != kind:
            raise BadRequestData(f"a {told} needs {KINDS[told]!r}")
        return {**one, "type": told}
    value = one[KINDS[told]]
    rest = {key: each for key, each in one.items() if key != KINDS[told]}
    if kind == "LanguageProperty" and _is_text(value) and (how.lang or how.simplified):
        return {**rest, "type": kind, "languageMap": {how.lang or DEFAULT: value}}
    if KINDS[told] == KINDS[kind] or (how.simplified and told in ("Property", "GeoProperty")):
        said = value_of(kind, value, "the attribute", how.names, nulls=True)
        return {**rest, "type": kind, KINDS[kind]: said}
    if how.simplified:
        raise BadRequestData(f"the attribute is a {kind}, and stays one")
    return one


def _is_text(value: Any) -> bool:
    several = value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in several)
