"""
Distances of geometries in meters, on the ellipsoid WGS 84 (clause 4.10 asks for meters).

The nearest points are looked for on a plane that keeps distances from its center (azimuthal equidistant),
and the way between them is measured by Vincenty's formula (T. Vincenty, Survey Review 23, 1975).
Coordinates are EPSG:4326, longitude first. An edge is straight in longitude and latitude, as GeoJSON has it.
"""

from math import atan, atan2, cos, hypot, radians, sin, sqrt, tan
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

MAJOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
MINOR_M: Final = MAJOR_M * (1 - FLATTENING)
MEAN_M: Final = 6_371_008.8
STEP_DEGREES: Final = 0.1
MOST_STEPS: Final = 400
ORIGIN: Final = Point(0, 0)
ROUND: Final = 0.01
"""By which part of one a sphere of MEAN_M may be wrong: the least radius of curvature is 0.6 % less."""

Coordinates = npt.NDArray[np.float64]
"""(n, 2): longitude and latitude in degrees, or x and y in meters."""


def between(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return the shortest distance of two geometries, in meters; 0 where they touch."""
    if isinstance(one, Point) and isinstance(other, Point):
        return geodesic(one.x, one.y, other.x, other.y)
    if shapely.intersects(one, other):
        return 0.0
    if isinstance(one, Point):
        return _from_point(one.x, one.y, other)
    if isinstance(other, Point):
        return _from_point(other.x, other.y, one)
    # The shortest way between edges that do not cross ends at a corner of one of them.
    ways = [_from_point(x, y, other) for x, y in _corners(one)]
    return min(ways + [_from_point(x, y, one) for x, y in _corners(other)])


def are_within(
    longitude: float, latitude: float, to_longitude: float, to_latitude: float, distance_m: float
) -> bool:
    """Tell whether two points are at most so many meters apart; a sphere decides where it surely can."""
    sphere_m = _on_sphere(longitude, latitude, to_longitude, to_latitude)
    if abs(sphere_m - distance_m) > ROUND * distance_m:
        return sphere_m < distance_m
    return geodesic(longitude, latitude, to_longitude, to_latitude) <= distance_m


def geodesic(longitude: float, latitude: float, to_longitude: float, to_latitude: float) -> float:
    """Return the length in meters of the shortest way on the ellipsoid."""
    u, v = (atan((1 - FLATTENING) * tan(radians(one))) for one in (latitude, to_latitude))
    span = radians(to_longitude - longitude)
    turn = span
    for _ in range(100):
        opposite = hypot(cos(v) * sin(turn), cos(u) * sin(v) - sin(u) * cos(v) * cos(turn))
        if opposite == 0:
            return 0.0
        adjacent = sin(u) * sin(v) + cos(u) * cos(v) * cos(turn)
        arc = atan2(opposite, adjacent)
        azimuth = cos(u) * cos(v) * sin(turn) / opposite
        square = 1 - azimuth**2
        middle = adjacent - 2 * sin(u) * sin(v) / square if square else 0.0
        c = FLATTENING / 16 * square * (4 + FLATTENING * (4 - 3 * square))
        bent = middle + c * adjacent * (2 * middle**2 - 1)
        following = span + (1 - c) * FLATTENING * azimuth * (arc + c * opposite * bent)
        if abs(following - turn) < 1e-12:
            return _length(arc, opposite, adjacent, middle, square)
        turn = following
    return _on_sphere(longitude, latitude, to_longitude, to_latitude)


def _length(arc: float, opposite: float, adjacent: float, middle: float, square: float) -> float:
    t = square * (MAJOR_M**2 - MINOR_M**2) / MINOR_M**2
    a = 1 + t / 16384 * (4096 + t * (-768 + t * (320 - 175 * t)))
    b = t / 1024 * (256 + t * (-128 + t * (74 - 47 * t)))
    last = b / 6 * middle * (4 * opposite**2 - 3) * (4 * middle**2 - 3)
    less = b * opposite * (middle + b / 4 * (adjacent * (2 * middle**2 - 1) - last))
    return MINOR_M * a * (arc - less)


def _on_sphere(longitude: float, latitude: float, to_longitude: float, to_latitude: float) -> float:
    """Return the length on a sphere: an estimate, and all there is of points nearly opposite."""
    up, over = radians(to_latitude - latitude) / 2, radians(to_longitude - longitude) / 2
    chord = sin(up) ** 2 + cos(radians(latitude)) * cos(radians(to_latitude)) * sin(over) ** 2
    return 2 * MEAN_M * atan2(sqrt(chord), sqrt(max(0.0, 1 - chord)))


def _corners(geometry: BaseGeometry) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(_with_steps(geometry))]


def _from_point(longitude: float, latitude: float, geometry: BaseGeometry) -> float:
    def plane(coordinates: Coordinates) -> Coordinates:
        return _projected(longitude, latitude, coordinates)

    drawn = shapely.transform(_with_steps(geometry), plane)
    nearest = shapely.get_coordinates(shapely.shortest_line(ORIGIN, drawn))[-1]
    return geodesic(longitude, latitude, *_returned(longitude, latitude, *nearest))


def _with_steps(geometry: BaseGeometry) -> Any:
    """Return the geometry with more points on its long edges, since a plane bends them."""
    if isinstance(geometry, Point):
        return geometry
    return shapely.segmentize(geometry, max(STEP_DEGREES, geometry.length / MOST_STEPS))


def _projected(longitude: float, latitude: float, coordinates: Coordinates) -> Coordinates:
    turns = np.radians(coordinates[:, 0] - longitude)
    heights = np.radians(coordinates[:, 1])
    here = radians(latitude)
    cosines = sin(here) * np.sin(heights) + cos(here) * np.cos(heights) * np.cos(turns)
    arcs = np.arccos(np.clip(cosines, -1.0, 1.0))
    east = np.cos(heights) * np.sin(turns)
    north = cos(here) * np.sin(heights) - sin(here) * np.cos(heights) * np.cos(turns)
    scales = MEAN_M * arcs / np.maximum(np.hypot(east, north), 1e-300)
    return np.column_stack((east * scales, north * scales))


def _returned(longitude: float, latitude: float, x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a point of the plane around (longitude, latitude)."""
    way = hypot(x, y)
    if way == 0:
        return longitude, latitude
    arc, here = way / MEAN_M, radians(latitude)
    height = cos(arc) * sin(here) + y * sin(arc) * cos(here) / way
    turn = atan2(x * sin(arc), way * cos(here) * cos(arc) - y * sin(here) * sin(arc))
    return longitude + float(np.degrees(turn)), float(np.degrees(np.arcsin(np.clip(height, -1.0, 1.0))))
