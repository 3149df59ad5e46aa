"""
Entities as an older version of the standard knows them (clause 4.3.6.8 of v1.9.1, tables 1 to 3).

What came later is told by what there was: a newer kind of attribute as Property or Relationship; members
that are unknown are left out. An entity that fits as it is comes back as the same object.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import KINDS, Instance

Entity = dict[str, Any]
Version = tuple[int, int]
"""Major and minor."""
KINDS_SINCE: Final[Mapping[str, Version]] = {
    "LanguageProperty": (1, 4), "JsonProperty": (1, 8), "VocabProperty": (1, 8), "ListProperty": (1, 8),
    "ListRelationship": (1, 8),
}  # fmt: skip
MEMBERS_SINCE: Final[Mapping[str, Version]] = {
    "datasetId": (1, 3), "observedAt": (1, 3), "unitCode": (1, 3), "scope": (1, 4), "objectType": (1, 8),
    "expiresAt": (1, 9), "valueType": (1, 9),
}  # fmt: skip
SEVERAL: Final = (1, 3)
"""Since when an entity has several types, and an attribute several instances."""


def amended(stored: Entity, version: Version, names: Names) -> Entity:
    """Return an entity in stored form as `version` knows it; the same object where it fits as it is."""
    told = {key: value for key, value in stored.items() if _is_known(key, value, version)}
    if version < SEVERAL and len(stored.get("type", ())) > 1:
        told["type"] = stored["type"][:1]
    attributes = {iri: _instances(one, version, names) for iri, one in stored["attributes"].items()}
    same = all(one is stored["attributes"][iri] for iri, one in attributes.items())
    if same and len(told) == len(stored) and told.get("type") is stored.get("type"):
        return stored
    return {**told, "attributes": stored["attributes"] if same else attributes}


def _instances(several: Sequence[Instance], version: Version, names: Names) -> Sequence[Instance]:
    kept = several
    if version < SEVERAL and len(several) > 1:
        kept = [next((one for one in several if "datasetId" not in one), several[0])]
    found = [_instance(one, version, names) for one in kept]
    same = kept is several and all(one is other for one, other in zip(found, several, strict=True))
    return several if same else found


def _instance(stored: Instance, version: Version, names: Names) -> Instance:
    told = {key: value for key, value in stored.items() if _is_known(key, value, version)}
    if KINDS_SINCE.get(stored["type"], version) > version:
        told = _as_before(told, names)
    if "attributes" in stored:
        inner = {iri: _instances(one, version, names) for iri, one in stored["attributes"].items()}
        if any(one is not stored["attributes"][iri] for iri, one in inner.items()):
            told["attributes"] = inner
    if "linked" in stored:
        told["linked"] = {uri: amended(one, version, names) for uri, one in stored["linked"].items()}
    same = told.keys() == stored.keys() and all(told[key] is stored[key] for key in told if key != "linked")
    return stored if same and _links_alike(told, stored) else told


def _links_alike(told: Instance, stored: Instance) -> bool:
    return all(one is stored["linked"][uri] for uri, one in told.get("linked", {}).items())


def _as_before(stored: Instance, names: Names) -> Instance:
    """Return a newer kind of attribute as the Property or the Relationship that it once would have been."""
    kind = stored["type"]
    said = stored[KINDS[kind]]
    rest = {key: value for key, value in stored.items() if key != KINDS[kind]}
    if kind == "VocabProperty":
        said = names.compact(said) if isinstance(said, str) else [names.compact(one) for one in said]
    if kind == "ListRelationship":
        return {**rest, "type": "Relationship", "object": said}
    return {**rest, "type": "Property", "value": said}


def _is_known(member: str, value: Any, version: Version) -> bool:
    """Tell whether a version knows a member; one that says nothing is never told anyway."""
    return not value or MEMBERS_SINCE.get(member, version) <= version
