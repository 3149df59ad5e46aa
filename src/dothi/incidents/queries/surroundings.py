"""What devices tell of a ward at present: rain that fell, points under water, dust in the air near it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from dothi.foundation.statements import Statement, ask
from dothi.incidents.kinds import Words
from dothi.incidents.rules import distance_m
from dothi.incidents.shapes import rings_of
from dothi.incidents.types import Place

_SQL = Path(__file__).parents[1] / "sql"
_NOW = (_SQL / "surroundings.sql").read_text(encoding="utf-8")
_SINCE = (_SQL / "told_since.sql").read_text(encoding="utf-8")
_THERE = "select to_regclass('telemetry.last_value') is not null"
DAY: Final = timedelta(hours=24)
HOURS: Final = 12
"""Hours of dust that the index of an hour is made of (Decision 1459/QĐ-TCMT; verified: false)."""
FRESH: Final = {"rain": timedelta(hours=2), "pm25": timedelta(hours=2), "flooded": timedelta(days=14)}
"""From which age a value is old. Rain and dust come hourly; points when something changes. House rule."""
GENERATED: Final = "generated"
"""Group of devices that no hardware stands behind."""
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """The last good number of a series; `distance_m` from the ward where both have a place."""

    series: int
    device: str
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

    `rain_mm` fell in 24 hours at the gauge of `rain`. `dust` are µg/m³ of PM2.5 of the last twelve hours at
    the station of `air`, the latest first, None for an hour that told nothing.
    """

    rain: Told | None
    rain_mm: float | None
    air: Told | None
    dust: Sequence[float | None]
    points: Sequence[Point]


def surroundings(ward_code: str, at: datetime) -> Surroundings:
    """Return what is known of a ward at the present instant `at`; at most six statements."""
    if not ask(Statement(_THERE, {}))[0][0][0]:
        return Surroundings(None, None, None, (), ())
    rows = ask(Statement(_NOW, {"ward": ward_code, "at": at, "limit": MOST}))[0]
    center = _center(ward_code)
    told = [(str(row[2]), _told(row, center, at)) for row in rows]
    rain = next((one for name, one in told if name == "rain"), None)
    air = _nearest([one for name, one in told if name == "pm25"])
    past = _past([one for one in (rain, air) if one], at)
    fallen = [value for then, value in past[rain.series] if then > at - DAY] if rain else []
    return Surroundings(
        rain,
        sum(fallen) if fallen else None,
        air,
        _by_hour(past[air.series], at) if air else (),
        _points(told),
    )


def _told(row: Sequence[object], center: Place | None, at: datetime) -> Told:
    number, device, measure, value, then, vi, en, lon, lat, _ward, group = row
    assert isinstance(number, int)
    assert isinstance(value, float)
    assert isinstance(then, datetime)
    placed = isinstance(lon, float) and isinstance(lat, float) and center is not None
    away = distance_m(center, Place(lon, lat)) if placed else None  # type: ignore[arg-type]  # `placed` says so
    name = Words(str(vi or device), str(en or vi or device))
    stale = at - then > FRESH.get(str(measure), DAY)
    return Told(number, str(device), name, value, then, stale, group == GENERATED, away)


def _nearest(stations: Sequence[Told]) -> Told | None:
    """Return the nearest station that is not old; where none has a place, or all are old, the latest."""
    fresh = [one for one in stations if not one.stale] or list(stations)
    placed = [one for one in fresh if one.distance_m is not None]
    if placed:
        return min(placed, key=lambda one: (one.distance_m or 0, one.device))
    return max(fresh, key=lambda one: (one.at, one.device), default=None)


def _points(told: Sequence[tuple[str, Told]]) -> list[Point]:
    """Return the points of the ward, those under water first."""
    depths = {one.device: one.value for name, one in told if name == "depth"}
    points = [Point(one, one.value > 0, depths.get(one.device)) for name, one in told if name == "flooded"]
    return sorted(points, key=lambda point: (not point.flooded, point.told.device))


def _past(series: Sequence[Told], at: datetime) -> Mapping[int, list[tuple[datetime, float]]]:
    found: dict[int, list[tuple[datetime, float]]] = {one.series: [] for one in series}
    asked = {"series": list(found), "since": at - DAY, "until": at + timedelta(microseconds=1)}
    for number, then, value in ask(Statement(_SINCE, asked))[0] if found else ():
        found[number].append((then, value))
    return found


def _by_hour(past: Sequence[tuple[datetime, float]], at: datetime) -> tuple[float | None, ...]:
    """Return the mean of each of the last hours, the latest first."""
    hours: list[list[float]] = [[] for _ in range(HOURS)]
    for then, value in past:
        place = int((at - then) / timedelta(hours=1))
        if 0 <= place < HOURS:
            hours[place].append(value)
    return tuple(sum(hour) / len(hour) if hour else None for hour in hours)


def _center(ward_code: str) -> Place | None:
    """Return the middle of the ward's outer line, near enough to find the nearest station."""
    rings = rings_of([ward_code]).get(ward_code, ())
    points = [point for ring in rings for point in ring]
    if not points:
        return None
    return Place(sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points))
