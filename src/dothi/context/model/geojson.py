"""
The GeoJSON representation of entities (clause 4.5.16).

    feature(stored, told, place)   one entity: `stored` as it is kept, `told` as it was written out
    collection(features)           several
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

LOCATION: Final = "https://uri.etsi.org/ngsi-ld/location"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Which GeoProperty, an IRI, tells the geometry, and which instance of it; None is the default one."""

    attribute: str = LOCATION
    dataset: str | None = None


def feature(stored: Json, told: Json, place: Place) -> dict[str, Any]:
    """Return one Feature; its geometry is null where the entity does not have the wanted one."""
    properties = {key: value for key, value in told.items() if key != "id"}
    return {
        "id": stored["id"],
        "type": "Feature",
        "geometry": geometry(stored, place),
        "properties": properties,
    }


def geometry(stored: Json, place: Place) -> Any:
    """Return the geometry that `place` chooses of an entity, None where there is none."""
    for one in stored["attributes"].get(place.attribute, ()):
        if one["type"] == "GeoProperty" and one.get("datasetId") == place.dataset:
            return one["value"]
    return None


def collection(features: Iterable[Json]) -> dict[str, Any]:
    """Return a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}
