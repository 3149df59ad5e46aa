"""
A graph of roads in memory, and the seconds from everywhere to one place. Pure: no database.

One search from the place outwards, against the direction of travel, answers for every unit at once.
Shortest paths: `scipy.sparse.csgraph`; the nearest crossing: `scipy.spatial`. Lengths are taken in a plane
touching the middle of the graph, exact to about 0.5 % in a city.

scipy is imported where a graph is used: it takes a fifth of a second, and few processes route.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dothi.incidents.roads.limits import Limits
from dothi.incidents.rules import EARTH_M
from dothi.incidents.types import Place

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """
    A graph as it is kept. Crossings: `lon`, `lat` (n,) degrees. Edges, each in one direction: from crossing
    `tail` to `head` (m,), `length_m`, `speed_kmh`.
    """

    lon: Floats
    lat: Floats
    tail: Numbers
    head: Numbers
    length_m: Floats
    speed_kmh: Floats


@dataclass(frozen=True, slots=True)
class Closure:
    """Where nobody can pass: every road that comes nearer than `radius_m` to a point."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Reached:
    """A place that is on the roads: the crossing that stands for it, and how far off that is."""

    crossing: int
    away_m: float


class Graph:
    """A graph ready to be asked; made once for each version that is kept."""

    def __init__(self, drawn: Drawn) -> None:
        self._lon, self._lat = float(drawn.lon.mean()), float(drawn.lat.mean())
        self._x, self._y = self._flat(drawn.lon, drawn.lat)
        seconds = np.maximum(drawn.length_m / drawn.speed_kmh * 3.6, 0.001)
        # Of several roads between two crossings the fastest that is open counts: here it comes first.
        order = np.lexsort((seconds, drawn.tail, drawn.head))
        self._tail, self._head, self._seconds = drawn.tail[order], drawn.head[order], seconds[order]
        self._joined = _joined(self._tail, self._head, len(drawn.lon))
        from scipy.spatial import KDTree

        self._tree = KDTree(np.column_stack((self._x[self._joined], self._y[self._joined])))
        x, y = self._ends(self._x), self._ends(self._y)
        self._box = (x.min(axis=0), x.max(axis=0), y.min(axis=0), y.max(axis=0))

    @property
    def joined(self) -> float:
        """Return the share of crossings from which every other of them can be reached."""
        return len(self._joined) / len(self._x)

    def reach(self, place: Place, limits: Limits) -> Reached | None:
        """Return the nearest crossing that is joined to the others, None where it is too far away."""
        x, y = self._flat(np.array([place.lon]), np.array([place.lat]))
        away, found = self._tree.query([x[0], y[0]])
        return Reached(int(self._joined[found]), float(away)) if away <= limits.snap_m else None

    def seconds_to(self, crossing: int, closures: Sequence[Closure] = ()) -> Floats:
        """Return the seconds from each crossing to one; infinite where there is no way. (n,) float64."""
        is_open = np.ones(len(self._seconds), dtype=bool)
        for closure in closures:
            is_open[self._closed(closure)] = False
        tail, head, seconds = self._tail[is_open], self._head[is_open], self._seconds[is_open]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        size = len(self._x)
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        against = csr_array((seconds[first], (head[first], tail[first])), shape=(size, size))
        return np.asarray(dijkstra(against, directed=True, indices=crossing), dtype=np.float64)

    def _closed(self, closure: Closure) -> NDArray[np.intp]:
        """Return the edges that come nearer to the point than its radius."""
        (x,), (y,) = self._flat(np.array([closure.lon]), np.array([closure.lat]))
        near, r = self._box, closure.radius_m
        some = np.flatnonzero(
            (near[0] <= x + r) & (near[1] >= x - r) & (near[2] <= y + r) & (near[3] >= y - r)
        )
        ax, ay = self._x[self._tail[some]], self._y[self._tail[some]]
        dx, dy = self._x[self._head[some]] - ax, self._y[self._head[some]] - ay
        along = ((x - ax) * dx + (y - ay) * dy) / np.maximum(dx * dx + dy * dy, 1e-9)
        part = np.clip(along, 0.0, 1.0)
        near_enough = np.hypot(ax + part * dx - x, ay + part * dy - y) < r
        return np.asarray(some[near_enough])

    def _flat(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Return meters east and north of the middle of the graph."""
        east = np.radians(lon - self._lon) * EARTH_M * cos(radians(self._lat))
        return east, np.radians(lat - self._lat) * EARTH_M

    def _ends(self, of: Floats) -> Floats:
        return np.stack((of[self._tail], of[self._head]))


def crow_s(one: Place, other: Place, limits: Limits) -> float:
    """Return the seconds between two places of which one is off the roads: an estimate, said as such."""
    north = radians(other.lat - one.lat) * EARTH_M
    east = radians(other.lon - one.lon) * EARTH_M * cos(radians(one.lat))
    return limits.access_s(hypot(north, east))


def _joined(tail: Numbers, head: Numbers, size: int) -> NDArray[np.intp]:
    """Return the crossings of the largest part of which each can be reached from each."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones: Any = np.ones(len(tail), dtype=np.int8)
    _, part = connected_components(
        csr_array((ones, (tail, head)), shape=(size, size)), directed=True, connection="strong"
    )
    return np.flatnonzero(part == np.bincount(part).argmax())
