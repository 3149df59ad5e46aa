"""
Things of any type that has a model, from a GeoJSON file (RFC 7946) whose properties are its terms.

For what the city knows and no public file tells: schools, roads and their segments, parcels. `id` of a
feature, or its property `id`, names it; the value of a relationship is the name of a thing of this node with
its type before it (`Road:12`), or its whole id. Ward, begin and end are found by the place where nobody says.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dothi.kernel import text
from dothi.sectors.importing.city import City, Entity, Imported
from dothi.sectors.importing.places import slug
from dothi.sectors.importing.rows import Bad, Sheet, Unusable, digests, opened
from dothi.sectors.models import Model, models, point, related, said
from dothi.sectors.models.checking import complaints

ENDS: Final = {"startPoint": 0, "endPoint": -1}
"""Terms of a line, and which of its points each is."""


def read(city: City, path: Path, entity_type: str) -> Imported:
    """Return the things of a file. Raises NoSuchData, KeyError for a type without a model."""
    model, sheet = models()[entity_type], Sheet(opened(path))
    try:
        features = list(json.loads(path.read_bytes())["features"])
    except (ValueError, KeyError, TypeError) as error:
        return Imported(bad=[Bad(path.name, 1, f"this is no GeoJSON feature collection: {error}")])
    known: set[str] = set()
    found = sheet.each(enumerate(features, 1), lambda one: _new(_entity(city, model, one), known))
    files = digests(path.parent, [path.name])
    return Imported(entities=found, bad=sheet.bad, program=f"import features {entity_type}", files=files)


def _new(entity: Entity, known: set[str]) -> Entity:
    if entity["id"] in known:
        raise Unusable("an earlier feature has this id")
    known.add(entity["id"])
    return entity


def _entity(city: City, model: Model, feature: Any) -> Entity:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties") or {}, Mapping):
        raise Unusable("it is no feature")
    about = {key: value for key, value in (feature.get("properties") or {}).items() if value is not None}
    own = about.pop("id", "")
    name = slug(str(own if feature.get("id") is None else feature["id"]))
    if not name:
        raise Unusable("it has no id")
    unknown = sorted(about.keys() - model.attributes.keys())
    if unknown:
        raise Unusable(f"{model.name} has no {', '.join(unknown)}")
    told = {term: _value(city, model, term, value) for term, value in about.items()}
    entity = {"id": city.id(model.name, name), "type": model.name, **told}
    entity |= {term: one for term, one in _placed(city, feature).items() if _lacks(model, entity, term)}
    if wrong := complaints(entity):
        raise Unusable("; ".join(wrong))
    return entity


def _value(city: City, model: Model, term: str, value: Any) -> dict[str, Any]:
    attribute = model.attributes[term]
    if attribute.kind == "Relationship":
        kind, _, name = str(value).partition(":")
        if kind != "urn" and (kind not in models() or not slug(name)):
            raise Unusable(f"{term} names no thing by its type and id: {value!r}")
        return related(str(value) if kind == "urn" else city.id(kind, slug(name)))
    if attribute.kind == "GeoProperty":
        return {"type": "GeoProperty", "value": value}
    return said(text.nfc(value) if isinstance(value, str) else value, attribute.unit_code)


def _placed(city: City, feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the place of a feature says of it: where it lies, in which ward, and the ends of a line."""
    geometry = feature.get("geometry")
    if not geometry:
        return {}
    inside = _drawn(geometry).representative_point()
    found = {"location": {"type": "GeoProperty", "value": geometry}}
    if ward := city.ward_at(inside.x, inside.y):
        found["inArea"] = related(city.id("AdministrativeArea", ward.code))
    if geometry["type"] == "LineString":
        found |= {term: point(*geometry["coordinates"][at][:2]) for term, at in ENDS.items()}
    return found


def _drawn(geometry: Any) -> BaseGeometry:
    try:
        drawn = shape(geometry)
    except (ShapelyError, AttributeError, TypeError, ValueError) as error:
        raise Unusable(f"its shape is none: {error}") from error
    if drawn.is_empty or not drawn.is_valid:
        raise Unusable("its shape is not valid")
    west, south, east, north = drawn.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise Unusable("its coordinates are no degrees")
    return drawn


def _lacks(model: Model, entity: Entity, term: str) -> bool:
    return term in model.attributes and term not in entity
