"""The kinds of attributes (clauses 4.5.2 to 4.5.25) and the members that each may have."""

from collections.abc import Mapping
from typing import Any, Final

KINDS: Final[Mapping[str, str]] = {
    "Property": "value",
    "Relationship": "object",
    "GeoProperty": "value",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
PREVIOUS: Final[Mapping[str, str]] = {
    "value": "previousValue", "object": "previousObject", "languageMap": "previousLanguageMap",
    "vocab": "previousVocab", "json": "previousJson",
    "valueList": "previousValueList", "objectList": "previousObjectList",
}  # fmt: skip
"""The members by which a notification tells what an instance said before (clause 5.8.6)."""
DEEP: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
"""How many lists lie around the positions of a geometry (RFC 7946, section 3.1)."""
GEOMETRIES: Final = frozenset({*DEEP, "GeometryCollection"})
NULL: Final = "urn:ngsi-ld:null"
"""The NGSI-LD Null of clause 4.5.0: what is said to be this is to be deleted."""
DEFAULT: Final = "@none"
"""The default one: instance without datasetId, text without language."""
OF_CONCISE: Final[Mapping[str, str]] = {
    "object": "Relationship", "languageMap": "LanguageProperty", "vocab": "VocabProperty",
    "json": "JsonProperty", "valueList": "ListProperty", "objectList": "ListRelationship",
}  # fmt: skip
"""The kind that the member alone tells in the concise representation; `value` needs a look at itself."""
INSTANTS: Final = ("observedAt", "createdAt", "modifiedAt", "deletedAt")
SEALS: Final = ("entityIdSealed", "entityTypeSealed")
"""Members of the attribute `ngsildproof` alone (clause 4.5.2.2)."""
OWN: Final = frozenset(
    {*KINDS.values(), *INSTANTS, *SEALS, "type", "@type", "unitCode", "valueType", "datasetId", "objectType",
     "lang", "instanceId"}
)  # fmt: skip
"""Members of an instance that are no attributes of the attribute."""
GEOGRAPHIC: Final = frozenset(
    f"https://uri.etsi.org/ngsi-ld/{name}" for name in ("location", "observationSpace", "operationSpace")
)
"""Attributes that are always GeoProperties (clause 4.7.1)."""
_TOLD_BY_US = frozenset(
    {"entity", "entityList", "@context"}
    | {f"previous{member[0].upper()}{member[1:]}" for member in KINDS.values()}
)
_UNITLESS = frozenset(
    {"Relationship", "ListRelationship", "LanguageProperty", "VocabProperty", "JsonProperty"}
)
PROHIBITED: Final[Mapping[str | None, frozenset[str]]] = {
    None: _TOLD_BY_US,
    **{
        kind: _TOLD_BY_US | (set(KINDS.values()) - {member}) | ({"unitCode"} if kind in _UNITLESS else set())
        for kind, member in KINDS.items()
    },
}
"""Members that an instance of a kind never has; under None those that none has."""

Instance = dict[str, Any]
Attributes = dict[str, list[Instance]]


def is_geometry(value: object) -> bool:
    """Tell whether `value` looks like a geometry of GeoJSON."""
    if not isinstance(value, dict) or not ("coordinates" in value or "geometries" in value):
        return False
    kind = value.get("type")
    return isinstance(kind, str) and kind in GEOMETRIES


def is_kind(value: object) -> bool:
    """Tell whether `value` is the type of an attribute."""
    return isinstance(value, str) and value in KINDS


def said(instance: Mapping[str, Any]) -> Any:
    """Return what an instance says: its value, object, map, …"""
    return instance[KINDS[instance["type"]]]


def is_deletion(instance: Mapping[str, Any]) -> bool:
    """Tell whether an instance read from a request says NGSI-LD Null, whatever its kind."""
    kind = instance.get("type")
    return kind is not None and instance.get(KINDS[kind]) == NULL


def place_of(instances: list[Instance], dataset: str | None) -> int | None:
    """Return the place of the instance of `dataset` (None: the default one); None where there is none."""
    return next((place for place, one in enumerate(instances) if one.get("datasetId") == dataset), None)
