"""Ways by road: the graph that counts at a moment, where it is closed, and the seconds to a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import numpy as np
from django.db.models import F, QuerySet

from dothi.foundation.clock import acted_by
from dothi.foundation.statements import Statement, ask
from dothi.incidents.models import RoadClosure, RoadGraph
from dothi.incidents.queries.freshness import SELDOM
from dothi.incidents.queries.presence import has_readings
from dothi.incidents.roads.graph import Closure, Drawn, Graph, crow_s
from dothi.incidents.roads.limits import limits
from dothi.incidents.rules import Roads, Way
from dothi.incidents.types import IncidentId, Place, Without
from dothi.kernel.ids import UnitId

_SQL = Path(__file__).parents[1] / "sql"
_NOW = (_SQL / "flooded_now.sql").read_text(encoding="utf-8")
_THEN = (_SQL / "flooded_then.sql").read_text(encoding="utf-8")
MOST_CLOSED = 500


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """Where a center has closed roads for an incident, and since when."""

    id: UUID
    unit_id: UnitId
    incident_id: IncidentId
    place: Place
    radius_m: float
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class GraphRow:
    """A version of the graph: whose roads, since when, and how many."""

    source: str
    imported_at: datetime
    crossings: int
    edges: int


@dataclass(frozen=True, slots=True)
class Ways:
    """How to weigh units: seconds by `roads`, or None and `without`: why only the distance can be said."""

    roads: Roads | None
    without: Without | None


def ways_to(place: Place, at: datetime, known_at: datetime | None = None, *, live: bool = False) -> Ways:
    """
    Return the ways to a place as they were at `at`: closed are roads at points under water, and by people.

    `live`: `at` is the present, so that last values say it all. Four statements, and one that loads a
    graph for the first time; then some 50 ms of a city's graph.
    """
    graph = _graph_at(acted_by(at, known_at))
    if graph is None:
        return Ways(None, Without.NO_GRAPH)
    target = graph.reach(place, limits())
    if target is None:
        return Ways(None, Without.OFF_ROAD)
    closed = [*_flooded(at, known_at, live=live), *map(_closure, closures_at(at, known_at))]
    seconds = graph.seconds_to(target.crossing, closed)

    def way(start: Place) -> Way:
        found = graph.reach(start, limits())
        if found is None:
            return Way(crow_s(start, place, limits()), on_road=False)
        taken = float(seconds[found.crossing]) + limits().access_s(found.away_m + target.away_m)
        return Way(taken if np.isfinite(taken) else None, on_road=True)

    return Ways(way, None)


def closures_at(at: datetime, known_at: datetime | None = None) -> list[ClosureRow]:
    """Return where people had closed roads at `at`, the latest first; at most 500, one statement."""
    by = acted_by(at, known_at)
    rows = RoadClosure.objects.filter(closed_at__lte=by).exclude(opened_at__lte=by)
    return [
        ClosureRow(
            row.id, UnitId(row.unit_id), IncidentId(row.incident_id), Place(row.lon, row.lat), row.radius_m,
            row.closed_at,
        )
        for row in rows.order_by("-closed_at", "id")[:MOST_CLOSED]
    ]  # fmt: skip


def graph_at(at: datetime, known_at: datetime | None = None) -> GraphRow | None:
    """Return what is known of the graph that counted at `at`, None where none was there; one statement."""
    sizes = _graphs(acted_by(at, known_at)).annotate(crossings=F("lon__len"), edges=F("tail__len"))
    found = sizes.values("source", "imported_at", "crossings", "edges").first()
    return GraphRow(**found) if found else None


def _closure(row: ClosureRow) -> Closure:
    return Closure(row.place.lon, row.place.lat, row.radius_m)


def _graphs(at: datetime) -> QuerySet[RoadGraph]:
    """Return the graphs that were there at `at`, the latest first; of the past before the first, none."""
    return RoadGraph.objects.filter(imported_at__lte=at).order_by("-imported_at", "-id")


def _graph_at(at: datetime) -> Graph | None:
    found = _graphs(at).values_list("id", flat=True).first()
    return _loaded(found) if found else None


@lru_cache(maxsize=2)
def _loaded(graph_id: UUID) -> Graph:
    """Return a version of the graph, kept in this process: it never changes."""
    row = RoadGraph.objects.get(pk=graph_id)
    return Graph(
        Drawn(
            np.array(row.lon), np.array(row.lat), np.array(row.tail, dtype=np.int32),
            np.array(row.head, dtype=np.int32), np.array(row.length_m), np.array(row.speed_kmh),
        )
    )  # fmt: skip


def _flooded(at: datetime, known_at: datetime | None, *, live: bool) -> Sequence[Closure]:
    """Return the watched points that are under water, as closures."""
    if not has_readings():
        return []
    asked = {"at": at, "known_at": known_at, "back": timedelta(hours=SELDOM)}
    rows = ask(Statement(_NOW if live else _THEN, asked))[0]
    return [Closure(lon, lat, limits().flooded_m) for lon, lat in rows]
