"""
The figures of the screen, at most seven, each the worst of its kind with its target, age and source.

Figures of readings name the series that they show; figures that are counted come from the rooms' own
tables and are as old as the question.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dothi.dossiers.queues import due_in_city
from dothi.incidents.types import IncidentRow
from dothi.operations import rules
from dothi.operations.types import Figure, Level, Measured
from dothi.sectors.models import table

INCIDENTS, DOSSIERS, POINTS = "register:incidents", "register:dossiers", "points:flood"
"""Sources of what this node counts itself; no device can bear an id with a colon."""
Pasts = Mapping[int, Sequence[tuple[datetime, float]]]
"""Readings by series, in order of time."""


def by_indicator(series: Sequence[Measured]) -> Mapping[str, list[Measured]]:
    """Return the values that each figure is made of, in their order."""
    found: dict[str, list[Measured]] = {name: [] for name in rules.indicators()}
    for one in series:
        if one.thing.indicator:
            found[one.thing.indicator].append(one)
    return found


def rain(gauges: Sequence[Measured], sums: Mapping[int, float]) -> Figure:
    """Return where most fell; `sums` by series of 24 hours."""
    target = float(table("environment", "rain_risk.csv")[0]["mm_24h"])
    worst = max(fallen(gauges, sums), key=lambda one: one.value, default=None)
    if worst is None:
        return Figure("rain", None, "mm", Level.UNKNOWN, target)
    return _shown("rain", worst, worst.value, "mm", rules.of_rain(worst.value), target)


def fallen(gauges: Sequence[Measured], sums: Mapping[int, float]) -> list[Measured]:
    """Return the gauges that told something in the window of `sums`, with what fell there in all of it."""
    return [one._replace(value=sums[one.thing.series]) for one in gauges if one.thing.series in sums]


def river(gauges: Sequence[Measured]) -> Figure:
    """Return the water that is worst against its first alert level; without any, the highest there is."""
    targets = {row["station"]: float(row["bd1_m"]) for row in table("water", "alert_levels.csv")}
    judged = [one for one in gauges if one.thing.device in targets]
    worst = max(judged, key=lambda one: one.value - targets[one.thing.device], default=None)
    worst = worst or max(gauges, key=lambda one: one.value, default=None)
    if worst is None:
        return Figure("river", None, "m", Level.UNKNOWN)
    level, target = rules.of_water(worst.thing.device, worst.value), targets.get(worst.thing.device)
    return _shown("river", worst, worst.value, "m", level, target)


def floods(points: Sequence[Measured]) -> Figure:
    """Return how many watched points are under water, as old as the newest word of any of them."""
    wet = sum(one.value > 0 for one in points)
    newest = max(points, key=lambda one: one.at, default=None)
    if newest is None:
        return Figure("floods", None, "", Level.UNKNOWN, 0)
    level = Level.HIGH if wet else Level.CALM
    return Figure("floods", wet, "", level, 0, None, POINTS, newest.at, newest.stale)


def air(series: Sequence[Measured], pasts: Pasts, at: datetime) -> Figure:
    """Return the highest VN_AQI of the hour, from the last twelve hours of each station."""
    stations: dict[str, list[Measured]] = {}
    for one in series:
        stations.setdefault(one.thing.device, []).append(one)
    indices = {
        device: rules.air_index({one.thing.measure: pasts.get(one.thing.series, ()) for one in measured}, at)
        for device, measured in stations.items()
    }
    known = {device: index for device, index in indices.items() if index is not None}
    if not known:
        return Figure("air", None, "", Level.UNKNOWN, rules.AIR_RAISED)
    worst = max(known, key=lambda device: known[device])
    newest = max(stations[worst], key=lambda one: one.at)
    return _shown("air", newest, known[worst], "", rules.of_air(known[worst]), rules.AIR_RAISED)


def incidents(found: Sequence[IncidentRow], at: datetime) -> Figure:
    """Return how many incidents are open, as grave as the gravest of them."""
    level = rules.worst_of([rules.level_of(one) for one in found])
    return Figure("incidents", len(found), "", level, 0, source=INCIDENTS, at=at)


def of_dossiers(at: datetime, known_at: datetime | None) -> list[Figure]:
    """Return how many dossiers of the city are due on the civil day of `at`, and how many are late."""
    today, late = due_in_city(at, known_at)
    return [
        Figure("due_today", today, "", Level.CALM, None, source=DOSSIERS, at=at),
        Figure("late", late, "", Level.RAISED if late else Level.CALM, 0, source=DOSSIERS, at=at),
    ]


def _shown(name: str, one: Measured, value: float, unit: str, level: Level, target: float | None) -> Figure:
    place, source, series = one.thing.place, one.thing.device, one.thing.series
    return Figure(name, value, unit, level, target, place.name, source, one.at, one.stale, series)
