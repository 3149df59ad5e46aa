"""
Wards and communes of Hanoi with their shapes: as a file draws them, or roughly from centers of the old wards.

Without a file the cells nearest to each of the 526 centers of old wards (Voronoi) are merged as the reform
merged the wards; the cell of a ward that was split goes to its successors by the nearest of their centers.
That is no boundary of any law, and the entity says so.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from sqlite3 import Row
from typing import Any, Final

import shapely
from shapely import MultiPoint, Point
from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from dothi.kernel import text
from dothi.registers.agencies import package
from dothi.sectors.models import said

NARROW: Final = math.cos(math.radians(21.0))
"""How much shorter a degree of longitude is than one of latitude in Hanoi."""
DIGITS: Final = 5
"""Decimals of a degree that a shape keeps: about a meter."""
SOURCE: Final = "PyPI vietnamadminunits 1.0.4"
LEVELS: Final = {"Phường": ("ward", "{} Ward"), "Xã": ("commune", "{} Commune")}


@dataclass(frozen=True)
class Ward:
    """A ward; `shape` is GeoJSON in EPSG:4326, `lon` and `lat` a point within it."""

    code: str
    name: str
    shape: Mapping[str, Any]
    lon: float
    lat: float
    area_km2: float | None
    approximate: bool
    source: str
    office: str = ""

    @property
    def english(self) -> str:
        """Return its name in English: "Hoàn Kiếm Ward"."""
        level, own = self.name.split(" ", 1)
        return LEVELS[level][1].format(own)

    def entity(self, entity_id: str) -> dict[str, Any]:
        """Return it as an AdministrativeArea, in normalized form."""
        level, _ = LEVELS[self.name.split(" ", 1)[0]]
        told: dict[str, Any] = {
            "id": entity_id, "type": "AdministrativeArea",
            "name": said(self.name), "alternateName": said(self.english),
            "areaCode": said(self.code), "areaLevel": said(level),
            "location": {"type": "GeoProperty", "value": self.shape},
            "approximate": said(self.approximate), "source": said(self.source),
        }  # fmt: skip
        if self.area_km2:
            told["areaKm2"] = said(self.area_km2) | {"unitCode": "KMK"}
        if self.office:
            told["office"] = said(self.office)
        return told


@cache
def approximate() -> tuple[Ward, ...]:
    """Return the wards since 1 July 2025 with approximate shapes, by code."""
    told = package.read()
    shapes = _merged(told)
    return tuple(_ward(row, shapes[row["wardCode"]]) for row in told.new)


def _ward(row: Row, shape: BaseGeometry) -> Ward:
    inside = shape.representative_point()
    return Ward(
        row["wardCode"], text.nfc(row["ward"]), geojson(shape), round(inside.x, DIGITS),
        round(inside.y, DIGITS), row["area_km2"], True, SOURCE,
    )  # fmt: skip


def geojson(shape: BaseGeometry) -> Mapping[str, Any]:
    """Return a shape as GeoJSON, to about a meter."""
    rounded = shapely.set_precision(shape, 10**-DIGITS)
    told: Mapping[str, Any] = _lists(mapping(rounded))
    return told


def _merged(told: package.Told) -> dict[str, BaseGeometry]:
    successors: dict[str, list[str]] = {}
    for old, new in sorted(told.steps | set(package.MISSING_STEPS)):
        successors.setdefault(old, []).append(new)
    centers = {row["wardCode"]: (row["lon"], row["lat"]) for row in told.new}
    parts: dict[str, list[BaseGeometry]] = {code: [] for code in centers}
    for old, cell in _cells(told.old).items():
        heirs = successors[old]
        for new, part in cells_within(cell, {code: centers[code] for code in heirs}).items():
            parts[new].append(part)
    return {code: unary_union(several) for code, several in parts.items()}


def _cells(old: Sequence[Row]) -> dict[str, BaseGeometry]:
    """Return the cell of each old ward: what lies nearest to its center, within the boxes of all."""
    city = unary_union([_box(row["bounds"]) for row in old if row["bounds"]])
    return cells_within(city, {row["wardCode"]: (row["lon"], row["lat"]) for row in old})


def cells_within(whole: BaseGeometry, centers: Mapping[str, tuple[float, float]]) -> dict[str, BaseGeometry]:
    """
    Divide a shape among centers (lon, lat), each getting what lies nearest to it.

    Some may get nothing; of two that share a center the first gets it all.
    """
    if len(set(centers.values())) < 2:
        return dict.fromkeys(list(centers)[:1], whole)
    points = {code: Point(lon * NARROW, lat) for code, (lon, lat) in centers.items()}
    narrow = _scaled(whole, NARROW)
    cells = shapely.voronoi_polygons(MultiPoint(list(points.values())), extend_to=narrow)
    tree = shapely.STRtree(list(cells.geoms))
    found: dict[str, BaseGeometry] = {}
    given: set[int] = set()
    for code, point in points.items():
        [place, *_] = tree.query(point, predicate="intersects")
        if place in given:
            continue
        given.add(place)
        part = _scaled(cells.geoms[place].intersection(narrow), 1 / NARROW)
        if not part.is_empty:
            found[code] = part
    return found


def _scaled(shape: BaseGeometry, by: float) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: xy * [by, 1.0])


def _box(bounds: str) -> BaseGeometry:
    """Return the box of "south,west – north,east"."""
    (south, west), (north, east) = ([float(one) for one in corner.split(",")] for corner in bounds.split("–"))
    return box(west, south, east, north)


def _lists(value: Any) -> Any:
    """Return GeoJSON with lists in place of tuples, as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _lists(one) for key, one in value.items()}
    return (
        [_lists(one) for one in value]
        if isinstance(value, Iterable) and not isinstance(value, str)
        else value
    )
