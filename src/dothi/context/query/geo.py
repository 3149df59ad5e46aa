"""
Geo-queries (clause 4.10): near, within, contains, intersects, equals, disjoint and overlaps.

PostgreSQL finds candidates by the bounding boxes of the attribute `location`, or all entities that have
another geoproperty; GEOS then decides. Coordinates are EPSG:4326, longitude first.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import cos, isfinite, radians
from typing import Any, Final, TypeGuard

import orjson
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dothi.context.errors import BadRequestData, TooComplexQuery
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import GEOMETRIES
from dothi.context.query.distance import are_within, between
from dothi.context.query.parameters import Parameters

LOCATION: Final = "https://uri.etsi.org/ngsi-ld/location"
NEAR = re.compile(r"near;(maxDistance|minDistance)==((?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)", re.ASCII)
MOST_POINTS: Final = 10_000
"""Of a geometry to ask by: each candidate is held against it, while others wait."""
METERS_OF_DEGREE: Final = 110_000
"""Fewer than any degree of latitude has, so that a box is never too small."""
Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""
PREDICATES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    # The reference comes first: it is the one that is prepared.
    "within": shapely.contains,
    "contains": shapely.within,
    "intersects": shapely.intersects,
    "equals": shapely.equals,
    "disjoint": shapely.disjoint,
    "overlaps": shapely.overlaps,
}
WITHOUT_BOX: Final = ("disjoint", "minDistance")


@dataclass(frozen=True)
class GeoQuery:
    """`relation` is one of PREDICATES, or the modifier of near with its `distance_m`."""

    relation: str
    reference: BaseGeometry = field(repr=False)
    attribute: str
    distance_m: float = 0.0

    def matches(self, entity: Mapping[str, Any]) -> bool:
        """Tell whether one of the entity's instances of the geoproperty fits."""
        instances = entity.get("attributes", {}).get(self.attribute, ())
        return self.any_holds(one["value"] for one in instances if one["type"] == "GeoProperty")

    def any_holds(self, geometries: Iterable[Mapping[str, Any]]) -> bool:
        """Tell whether one of these geometries of GeoJSON fits."""
        return any(self._fits(one) for one in geometries)

    def reaches(self, area: Mapping[str, Any]) -> bool:
        """Tell whether there may be something in `area`, a geometry of GeoJSON, that fits."""
        target = valid(shape(dict(area)))
        if self.relation in WITHOUT_BOX:
            return True
        if self.relation == "maxDistance":
            return between(self.reference, target) <= self.distance_m
        return bool(shapely.intersects(self.reference, target))

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition that all that fit meet, on rows of the table alias `entity`."""
        if self.attribute != LOCATION:
            return into.has(entity, [self.attribute])
        if self.relation in WITHOUT_BOX:
            return f"{entity}.location_box is not null"
        west, south, east, north = (into.put(one, "float8") for one in self.box)
        return f"{entity}.location_box && box(point({west}, {south}), point({east}, {north}))"

    @cached_property
    def box(self) -> Box:
        """Return the box that touches the box of all that fit."""
        west, south, east, north = self.reference.bounds
        if self.relation != "maxDistance":
            return west, south, east, north
        up = self.distance_m / METERS_OF_DEGREE
        highest = max(abs(south - up), abs(north + up))
        over = up / cos(radians(highest)) if highest < 89 else 360.0
        if over >= 180 or west - over < -180 or east + over > 180:  # across the date line: all around
            return -360.0, south - up, 360.0, north + up
        return west - over, south - up, east + over, north + up

    def is_light(self, candidates: Iterable[Iterable[Mapping[str, Any]]]) -> bool:
        """Tell whether holding these against it takes no time to speak of: points against a point."""
        return self._of_a_point and all(one["type"] == "Point" for several in candidates for one in several)

    def _fits(self, geometry: Mapping[str, Any]) -> bool:
        if self._of_a_point and self.relation not in PREDICATES and geometry["type"] == "Point":
            here, (longitude, latitude, *_) = self.reference, geometry["coordinates"]
            near = are_within(here.x, here.y, longitude, latitude, self.distance_m)
            return near == (self.relation == "maxDistance")
        return self._holds(valid(shape(dict(geometry))))

    @property
    def _of_a_point(self) -> bool:
        return isinstance(self.reference, shapely.Point)

    def _holds(self, target: BaseGeometry) -> bool:
        if self.relation == "maxDistance":
            return between(self.reference, target) <= self.distance_m
        if self.relation == "minDistance":
            return between(self.reference, target) > self.distance_m
        return bool(PREDICATES[self.relation](self.reference, target))


def parse(georel: object, geometry: object, coordinates: object, attribute: str) -> GeoQuery:
    """
    Return the geo-query of these members; coordinates are arrays, or the text of arrays.

    Raises BadRequestData, TooComplexQuery.
    """
    relation, distance_m = _relation(georel)
    if not isinstance(geometry, str) or geometry not in GEOMETRIES - {"GeometryCollection"}:
        raise BadRequestData(f"geometry is not a type of geometry: {geometry!r}")
    parsed = _parsed(coordinates)
    _check_size(parsed)
    if geometry == "Polygon" and is_ring(parsed):
        parsed = [parsed if parsed[0] == parsed[-1] else [*parsed, parsed[0]]]
    reference = valid(shape(terms.geometry({"type": geometry, "coordinates": parsed}, "coordinates")))
    shapely.prepare(reference)
    return GeoQuery(relation, reference, attribute, distance_m)


def is_ring(coordinates: object) -> TypeGuard[list[Any]]:
    """Tell whether coordinates are positions: ETSI's suite (037_07) tells the open ring of a polygon."""
    return (
        isinstance(coordinates, list)
        and len(coordinates) > 2
        and all(isinstance(one, list) and one and isinstance(one[0], int | float) for one in coordinates)
    )


def _check_size(coordinates: object) -> None:
    """Look for too many points before anybody reckons with them. Raises TooComplexQuery."""
    left, seen = [coordinates], 0
    while left:
        one = left.pop()
        if isinstance(one, list):
            seen += 1
            left += one
        if max(seen, len(left) // 2) > MOST_POINTS:
            raise TooComplexQuery(f"a geometry to ask by has at most {MOST_POINTS} points")


def attribute_of(geoproperty: str | None, names: Names) -> str:
    """Return the IRI of the geoproperty; the location where none is told. Raises BadRequestData."""
    return LOCATION if geoproperty is None else names.expand(terms.name(geoproperty))


def valid(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry, mended where its rings cross, since relations of such are undefined."""
    if shapely.is_valid(geometry):
        return geometry
    mended: BaseGeometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return mended


def _relation(georel: object) -> tuple[str, float]:
    told = georel if isinstance(georel, str) else ""
    if told in PREDICATES:
        return told, 0.0
    near = NEAR.fullmatch(told)
    if near is None:
        raise BadRequestData(f"georel is not a geospatial relationship: {georel!r}")
    distance_m = float(near[2])
    if not (distance_m > 0 and isfinite(distance_m)):
        raise BadRequestData(f"georel has a distance that is not positive: {near[2]}")
    return near[1], distance_m


def _parsed(coordinates: object) -> object:
    if not isinstance(coordinates, str):
        return coordinates
    try:
        return orjson.loads(coordinates)
    except orjson.JSONDecodeError as error:
        raise BadRequestData(f"coordinates are not JSON: {error}") from error
