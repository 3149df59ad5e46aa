"""
Outlines of wards, as the live context has them: the entities `AdministrativeArea` of the default tenant.

Others write the context, so a shape is believed only where it can be one: polygons on the earth, of a size
that an area of a city has. What cannot be, or is not there, has no outline, and a warning then names the ward
by its code alone. An outline has few points, for it is sent to phones: it may cut a corner of some meters;
the code is exact.
"""

from collections.abc import Collection, Mapping
from json import loads
from math import isfinite
from pathlib import Path
from typing import Any, Final

import shapely
from django.conf import settings
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from dothi.foundation.statements import Statement, ask
from dothi.incidents.cap import Ring

_OF_WARDS = (Path(__file__).parent / "sql" / "shapes.sql").read_text(encoding="utf-8")
_THERE = (
    "select to_regclass('context.entity') is not null and has_table_privilege('context.entity', 'select')"
)
MOST_BYTES: Final = 4_000_000
MOST_POINTS: Final = 20_000
"""Of one shape as it stands in the context; the largest ward of Hanoi has 4,500."""
MOST_CROSSED: Final = 64
"""
Points of a shape whose lines cross each other: what it takes to mend one grows with the crossings.

Where each line crosses all others, 0.01 s for 64 points and 1.6 s for 200; no ward of Hanoi crosses itself.
"""
MOST_PARTS: Final = 8
"""Of a ward in pieces the largest are drawn."""
POINTS: Final = 4_000
"""Points of all outlines of one message together."""
FEWEST, FINEST = 12, 200
"""Points of one ward, however many there are or how few."""
GRID: Final = 1e-5
"""Degrees, about 1 m: as CAP writes them."""
TOLERANCES: Final = (0.0, *(GRID * 2**step for step in range(2, 14)))
"""Degrees; the square root of the smallest corner that is kept."""


def outlines_of(codes: Collection[str]) -> Mapping[str, tuple[Ring, ...]]:
    """
    Return the outlines of the wards that have a shape, by code; at most two statements, unordered.

    Closed rings of longitude and latitude, valid, without holes (CAP has none); at most 4,000 points in all,
    but for the 12 that each ward has at least.
    """
    if not codes or not ask(Statement(_THERE, {}))[0][0][0]:
        return {}
    ids = {f"urn:ngsi-ld:AdministrativeArea:{settings.NODE}:{code}": code for code in codes}
    rows = ask(Statement(_OF_WARDS, {"ids": list(ids), "most": MOST_BYTES}))[0]
    most = max(FEWEST, min(FINEST, POINTS // len(ids)))
    return {ids[key]: outline(loads(told) if isinstance(told, str) else told, most) for key, told in rows}


def outline(told: Any, most: int) -> tuple[Ring, ...]:
    """Return the outline of a GeoJSON geometry in at most `most` points; empty where it can be none."""
    drawn = _believed(told)
    if drawn is None:
        return ()
    for tolerance in TOLERANCES:
        # Not `simplify`: that of GEOS calls itself for each corner, and 90,000 of them ended the process.
        parts = _parts(shapely.coverage_simplify([drawn], tolerance)[0] if tolerance else drawn)
        if parts and sum(len(part.exterior.coords) for part in parts) <= most:
            return tuple(tuple((x, y) for x, y in part.exterior.coords) for part in parts)
    return tuple(tuple((x, y) for x, y in part.exterior.coords) for part in _parts(drawn.envelope))


def _believed(told: Any) -> BaseGeometry | None:
    """Return what is drawn as valid polygons on the grid that CAP writes; None where it cannot be."""
    try:
        drawn = shape(told)
        if not isinstance(drawn, Polygon | MultiPolygon) or shapely.get_num_coordinates(drawn) > MOST_POINTS:
            return None
        west, south, east, north = drawn.bounds
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return None
    on_earth = (
        all(map(isfinite, drawn.bounds)) and -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    )
    if not on_earth:
        return None
    sound = _mended(shapely.force_2d(drawn))
    return shapely.set_precision(sound, GRID) if sound is not None else None


def _mended(drawn: BaseGeometry) -> BaseGeometry | None:
    """Return a valid shape; None of one that crosses itself and has too many points to be mended."""
    if shapely.is_valid(drawn):
        return drawn
    if shapely.get_num_coordinates(drawn) > MOST_CROSSED:
        return None
    return shapely.make_valid(drawn, method="structure", keep_collapsed=False)


def _parts(drawn: BaseGeometry) -> list[Polygon]:
    """Return the largest polygons without their holes."""
    parts = [
        part for part in getattr(drawn, "geoms", [drawn]) if isinstance(part, Polygon) and not part.is_empty
    ]
    filled = [Polygon(part.exterior) for part in parts]
    return sorted(filled, key=lambda part: -part.area)[:MOST_PARTS]
