"""
Files of roads: GeoJSON of lines, or CSV of edges. Pure; WGS 84, longitude first.

GeoJSON: a FeatureCollection of LineString or MultiLineString. Lines meet where they have a vertex in common
(to 1 cm), so a bridge over a road without one is no crossing. Properties, all optional: `speed_kmh` or
`maxspeed`, `highway` (for the speed where none is given), `oneway` (yes, 1, true; -1: against its direction).

CSV (UTF-8, a heading): `from_lon, from_lat, to_lon, to_lat`; optional `length_m`, `speed_kmh`, `highway`,
`oneway`.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np

from dothi.incidents.roads.graph import Drawn
from dothi.incidents.roads.limits import Limits, limits
from dothi.incidents.rules import distance_m, on_earth
from dothi.incidents.types import Place

MOST_EDGES = 3_000_000
DIGITS = 7
"""Places after the point by which vertices are the same: about 1 cm."""
SHORTER = 0.98
"""A length that is shorter than the crow's by more than this is a fault."""
SLOWEST, FASTEST = 1.0, 130.0
"""Speeds in km/h that a road can have."""
FORWARD, BACKWARD = frozenset({"yes", "true", "1"}), frozenset({"-1", "reverse"})

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong with a line of CSV or a feature of GeoJSON; it is left out. Numbers begin with 1."""

    number: int
    fault: str


@dataclass(frozen=True, slots=True)
class Told:
    """One edge of a file: its ends, its length where the file gives one, its speed and directions."""

    start: Point
    end: Point
    length_m: float
    speed_kmh: float
    forward: bool
    backward: bool


class RoadsUnreadable(ValueError):
    """The file is neither GeoJSON of lines nor CSV of edges."""


def read(content: bytes, name: str) -> tuple[Drawn, Sequence[Bad]]:
    """Return the graph of a file and what was left out of it. Raises RoadsUnreadable."""
    bad: list[Bad] = []
    try:
        text = content.decode("utf-8-sig")
        rows = _of_csv(text, bad) if name.endswith(".csv") else _of_geojson(text, bad)
        return _drawn(list(rows)), bad
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError, RecursionError) as error:
        raise RoadsUnreadable(str(error)) from error


def _of_geojson(text: str, bad: list[Bad]) -> Iterator[Told]:
    told = json.loads(text)
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise RoadsUnreadable("a FeatureCollection was expected")
    for number, feature in enumerate(features, 1):
        try:
            yield from _of_feature(feature)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            bad.append(Bad(number, str(error)))


def _of_feature(feature: Mapping[str, Any]) -> list[Told]:
    geometry, about = feature["geometry"], feature.get("properties") or {}
    if geometry["type"] not in ("LineString", "MultiLineString"):
        raise ValueError(f"{geometry['type']} is no line")
    lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
    return [
        _told((one[0], one[1]), (other[0], other[1]), about)
        for line in lines
        for one, other in pairwise(line)
        if one[:2] != other[:2]
    ]


def _of_csv(text: str, bad: list[Bad]) -> Iterator[Told]:
    lines = csv.DictReader(io.StringIO(text, newline=None))
    missing = {"from_lon", "from_lat", "to_lon", "to_lat"} - set(lines.fieldnames or ())
    if missing:
        raise RoadsUnreadable(f"the heading lacks {', '.join(sorted(missing))}")
    for number, line in enumerate(lines, 2):
        try:
            start, end = (
                (float(line["from_lon"]), float(line["from_lat"])),
                (float(line["to_lon"]), float(line["to_lat"])),
            )
            yield _told(start, end, line)
        except (ValueError, TypeError) as error:
            bad.append(Bad(number, str(error)))


def _told(start: Point, end: Point, about: Mapping[str, Any]) -> Told:
    """Return one edge. Raises ValueError."""
    crow = distance_m(_place(start), _place(end))
    length = _number(about.get("length_m"), crow)
    if not isfinite(length) or length < crow * SHORTER:
        raise ValueError(f"a length of {length} m for what is {crow:.0f} m apart")
    oneway = str(about.get("oneway") or "no").strip().lower()
    return Told(start, end, length, _speed(about, limits()), oneway not in BACKWARD, oneway not in FORWARD)


def _place(point: Point) -> Place:
    place = Place(float(point[0]), float(point[1]))
    if not on_earth(place):
        raise ValueError(f"{point} is no place: longitude first, in degrees")
    return place


def _speed(about: Mapping[str, Any], assumed: Limits) -> float:
    """Return the speed that a file gives, or that its kind of road has. Raises ValueError."""
    of_kind = assumed.speeds.get(str(about.get("highway") or ""), assumed.speeds["other"])
    given = about.get("speed_kmh") or about.get("maxspeed")
    speed = _number(given, of_kind)
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"a speed of {speed} km/h")
    return speed


def _number(given: Any, otherwise: float) -> float:
    return otherwise if given is None or given == "" else float(given)


def _drawn(edges: Sequence[Told]) -> Drawn:
    """Return the edges as a graph, each direction an edge of its own. Raises RoadsUnreadable."""
    if not edges:
        raise RoadsUnreadable("there is no road in it")
    crossings: dict[Point, int] = {}
    rows: list[tuple[int, int, float, float]] = []
    for one in edges:
        start, end = (crossings.setdefault(_rounded(point), len(crossings)) for point in (one.start, one.end))
        rows += [(start, end, one.length_m, one.speed_kmh)] if one.forward else []
        rows += [(end, start, one.length_m, one.speed_kmh)] if one.backward else []
    if len(rows) > MOST_EDGES:
        raise RoadsUnreadable(f"more than {MOST_EDGES} edges")
    places = np.array(list(crossings), dtype=np.float64)
    table = np.array(rows, dtype=np.float64)
    return Drawn(
        places[:, 0], places[:, 1], table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2],
        table[:, 3],
    )  # fmt: skip


def _rounded(point: Point) -> Point:
    return round(float(point[0]), DIGITS), round(float(point[1]), DIGITS)
