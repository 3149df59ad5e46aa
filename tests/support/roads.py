"""
Roads for tests: two banks of a river, each a grid, joined by one bridge; and a grid as large as a city's.

A street runs every 0.002° of longitude (208 m) and of latitude (222 m) in the south of Hanoi; the river
flows between two rows. Nothing here is a street of Hanoi.
"""

import json
from collections.abc import Iterator

import numpy as np

from dothi.incidents.roads.graph import Drawn
from dothi.incidents.types import Place

WEST, SOUTH, STEP = 105.80, 21.00, 0.002
COLUMNS, ROWS, RIVER = 20, 12, 6
"""Streets from south to north, from west to east, and the row between which and the next the river flows."""
BRIDGE = 18
"""The street that crosses the river, far in the east."""
KMH = 30
Line = list[tuple[float, float]]


def at(column: float, row: float) -> Place:
    """Return the crossing of two streets."""
    return Place(round(WEST + column * STEP, 6), round(SOUTH + row * STEP, 6))


def river() -> bytes:
    """Return both banks and the bridge as GeoJSON."""
    lines = [*_rows(), *_columns(), _line((BRIDGE, RIVER), (BRIDGE, RIVER + 1))]
    return geojson(lines)


def geojson(lines: list[Line], **about: object) -> bytes:
    """Return lines as a file."""
    features = [
        {"type": "Feature", "properties": {"speed_kmh": KMH, **about},
         "geometry": {"type": "LineString", "coordinates": line}}
        for line in lines
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def city(side: int) -> Drawn:
    """Return a grid of `side` by `side` streets, 4 * side * (side - 1) edges, around the center of Hanoi."""
    number = np.arange(side * side, dtype=np.int32).reshape(side, side)
    pairs = np.concatenate(
        [np.stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
         np.stack((number[:-1].ravel(), number[1:].ravel()))], axis=1,
    )  # fmt: skip
    row, column = np.divmod(number.ravel(), side)
    away = np.full(2 * pairs.shape[1], 70.0)
    half = side / 2
    return Drawn(
        105.85 + (column - half) * 0.00067, 21.03 + (row - half) * 0.00063,
        np.concatenate(pairs), np.concatenate(pairs[::-1]), away, np.full(len(away), 30.0),
    )  # fmt: skip


def _rows() -> Iterator[Line]:
    for row in range(ROWS):
        yield [_point(column, row) for column in range(COLUMNS)]


def _columns() -> Iterator[Line]:
    for column in range(COLUMNS):
        yield [_point(column, row) for row in range(RIVER + 1)]
        yield [_point(column, row) for row in range(RIVER + 1, ROWS)]


def _line(start: tuple[int, int], end: tuple[int, int]) -> Line:
    return [_point(*start), _point(*end)]


def _point(column: int, row: int) -> tuple[float, float]:
    place = at(column, row)
    return place.lon, place.lat
