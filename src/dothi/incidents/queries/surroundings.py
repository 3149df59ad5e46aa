"""What devices tell of a ward at present: rain that fell, points under water, the air near it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from dothi.foundation.statements import Row, Statement, ask
from dothi.incidents.kinds import Words
from dothi.incidents.queries.freshness import is_stale
from dothi.incidents.queries.presence import has_readings
from dothi.incidents.rules import distance_m
from dothi.incidents.shapes import outlines_of
from dothi.incidents.types import Place

_SQL = Path(__file__).parents[1] / "sql"
_NOW = (_SQL / "surroundings.sql").read_text(encoding="utf-8")
_SINCE = (_SQL / "told_since.sql").read_text(encoding="utf-8")
DAY: Final = timedelta(hours=24)
GENERATED: Final = "generated"
"""Group of devices that no hardware stands behind."""
MOST: Final = 1000
Hours = Sequence[float | None]
"""Means of hours, the latest first; None for an hour that told nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """The last good number of a series; `distance_m` from the ward where both have a place."""

    series: int
    device: str
    measure: str
    name: Words
    value: float
    at: datetime
    stale: bool
    generated: bool
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point that is known to flood: whether it is under water, and how deep where that is told."""

    told: Told
    flooded: bool
    depth_m: float | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    What is known of a ward; None and empty: nothing is.

    `rain_mm` fell in 24 hours at the gauge of `rain`. `air` is what the nearest station measures of each
    pollutant, dust first, and `hours` the means of its last hours by pollutant, in µg/m³.
    """

    rain: Told | None
    rain_mm: float | None
    air: Sequence[Told]
    hours: Mapping[str, Hours]
    points: Sequence[Point]


def surroundings(ward_code: str, at: datetime, pollutants: Sequence[str], hours: int) -> Surroundings:
    """
    Return what is known of a ward at the present instant `at`; at most six statements.

    `pollutants` are the measures of the air that are asked for, `hours` how far back their means go.
    """
    if not has_readings():
        return Surroundings(None, None, (), {}, ())
    asked = {"ward": ward_code, "at": at, "air": list(pollutants), "limit": MOST}
    center = _center(ward_code)
    told = [_told(row, center, at) for row in ask(Statement(_NOW, asked))[0]]
    rain = next((one for one in told if one.measure == "rain"), None)
    air = _station([one for one in told if one.measure in pollutants], pollutants)
    past = _past([one for one in (rain, *air) if one], at, timedelta(hours=max(hours, 24)))
    fallen = [value for then, value in past[rain.series] if then > at - DAY] if rain else []
    return Surroundings(
        rain, sum(fallen) if fallen else None, air,
        {one.measure: _by_hour(past[one.series], at, hours) for one in air}, _points(told),
    )  # fmt: skip


def _told(row: Row, center: Place | None, at: datetime) -> Told:
    number, device, measure, value, then, vi, en, lon, lat, group, interval_s = row
    away = None if center is None or lon is None or lat is None else distance_m(center, Place(lon, lat))
    name = Words(vi or device, en or vi or device)
    stale = is_stale(measure, at - then, interval_s)
    return Told(number, device, measure, name, value, then, stale, group == GENERATED, away)


def _station(told: Collection[Told], pollutants: Sequence[str]) -> list[Told]:
    """Return what one station measures, in the order of `pollutants`: the nearest one that measures dust."""
    dust = [one for one in told if one.measure in pollutants[:2]] or list(told)
    chosen = _nearest(dust)
    if chosen is None:
        return []
    own = [one for one in told if one.device == chosen.device]
    return sorted(own, key=lambda one: pollutants.index(one.measure))


def _nearest(stations: Sequence[Told]) -> Told | None:
    """Return the nearest station that is not old; where none has a place, or all are old, the latest."""
    fresh = [one for one in stations if not one.stale] or list(stations)
    placed = [one for one in fresh if one.distance_m is not None]
    if placed:
        return min(placed, key=lambda one: (one.distance_m or 0, one.device))
    return max(fresh, key=lambda one: (one.at, one.device), default=None)


def _points(told: Sequence[Told]) -> list[Point]:
    """Return the points of the ward, those under water first."""
    depths = {one.device: one.value for one in told if one.measure == "depth"}
    points = [Point(one, one.value > 0, depths.get(one.device)) for one in told if one.measure == "flooded"]
    return sorted(points, key=lambda point: (not point.flooded, point.told.device))


def _past(
    series: Sequence[Told], at: datetime, back: timedelta
) -> Mapping[int, list[tuple[datetime, float]]]:
    found: dict[int, list[tuple[datetime, float]]] = {one.series: [] for one in series}
    asked = {"series": list(found), "since": at - back, "until": at + timedelta(microseconds=1)}
    for number, then, value in ask(Statement(_SINCE, asked))[0] if found else ():
        found[number].append((then, value))
    return found


def _by_hour(past: Sequence[tuple[datetime, float]], at: datetime, count: int) -> Hours:
    """Return the mean of each of the last hours, the latest first."""
    hours: list[list[float]] = [[] for _ in range(count)]
    for then, value in past:
        place = int((at - then) / timedelta(hours=1))
        if 0 <= place < count:
            hours[place].append(value)
    return tuple(sum(hour) / len(hour) if hour else None for hour in hours)


def _center(ward_code: str) -> Place | None:
    """Return the middle of the ward's outer line, near enough to find the nearest station."""
    rings = outlines_of([ward_code]).get(ward_code, ())
    points = [point for ring in rings for point in ring]
    if not points:
        return None
    return Place(sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points))
