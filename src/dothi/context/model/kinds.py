"""The kinds of attributes (clauses 4.5.2 to 4.5.25) and the member that carries what each says."""

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
GEOMETRIES: Final = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
NULL: Final = "urn:ngsi-ld:null"
"""The NGSI-LD Null of clause 4.5.0: what is said to be this is to be deleted."""
OF_CONCISE: Final[Mapping[str, str]] = {
    "object": "Relationship", "languageMap": "LanguageProperty", "vocab": "VocabProperty",
    "json": "JsonProperty", "valueList": "ListProperty", "objectList": "ListRelationship",
}  # fmt: skip
"""The kind that the member alone tells in the concise representation; `value` needs a look at itself."""
INSTANTS: Final = ("observedAt", "createdAt", "modifiedAt", "deletedAt")
OWN: Final = frozenset(
    {*KINDS.values(), *INSTANTS, "type", "unitCode", "datasetId", "objectType", "lang", "instanceId"}
)
"""Members of an instance that are no attributes of the attribute."""

Instance = dict[str, Any]
Attributes = dict[str, list[Instance]]


def is_geometry(value: object) -> bool:
    """Tell whether `value` looks like a geometry of GeoJSON."""
    return (
        isinstance(value, Mapping)
        and value.get("type") in GEOMETRIES
        and ("coordinates" in value or "geometries" in value)
    )


def said(instance: Mapping[str, Any]) -> Any:
    """Return what an instance says: its value, object, map, …"""
    return instance[KINDS[instance["type"]]]
