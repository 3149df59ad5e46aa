"""Who may look at the city as one, and how values are judged. No database, no framework."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from dothi.alerts.types import AlertRow, Severity
from dothi.foundation.identity.authority import ActRule, Duty, Kind
from dothi.incidents.types import IncidentRow
from dothi.operations.types import Level, Measured
from dothi.sectors.environment import rain, vn_aqi
from dothi.sectors.water import levels

AT_THE_CENTER = frozenset({Duty.OPERATE, Duty.DISPATCH, Duty.DRAFT_WARNING, Duty.APPROVE_WARNING})
LOOK = ActRule("operations.look", frozenset({Kind.OFFICIAL}), AT_THE_CENTER, on_case=False)
GRAVE = frozenset({"Severe", "Extreme"})
"""Severities of incidents (CAP 1.2) that are dangerous."""
MISSED = 3
"""How many intervals a device may miss before its last value counts as old."""
AIR_RAISED, AIR_HIGH = 101, 151
"""VN_AQI from which sensitive people, and from which all, are told to take care (Decision 1459/QD-TCMT)."""
LONG_S = 86_400.0
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    What one figure is made of: series with one of these `measures`, in `unit`.

    `fresh_s` is an age in seconds, `steps` are values at which the map changes its color.
    """

    measures: tuple[str, ...]
    unit: str
    fresh_s: float
    source: str
    verified: bool
    steps: tuple[float, ...] = ()


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return the indicators by name, in the order of `indicators.toml`."""
    told = tomllib.loads(Path(__file__).with_name("indicators.toml").read_text(encoding="utf-8"))
    return {name: _indicator(row) for name, row in told.items()}


def _indicator(row: Mapping[str, Any]) -> Indicator:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Indicator(**{**row, **lists})


@cache
def indicator_of(measure: str) -> str:
    """Return the name of the indicator that a measure belongs to, empty for none."""
    return next((name for name, one in indicators().items() if measure in one.measures), "")


def patience_s(indicator: str, interval_s: float | None) -> float:
    """Return from which age a value is old: by its device's interval, or by its indicator."""
    if interval_s:
        return interval_s * MISSED
    return indicators()[indicator].fresh_s if indicator else LONG_S


def judged(one: Measured, value: float) -> Level:
    """Judge a value of a series by the rule of its indicator; of other measures nothing is known."""
    match one.thing.indicator:
        case "rain":
            return of_rain(value)
        case "river":
            return of_water(one.thing.device, value)
        case "floods":
            return of_flood(value)
        case _:
            return Level.UNKNOWN


def of_rain(mm_24h: float) -> Level:
    """Judge the rain of 24 hours by its level of risk: 1 asks for attention, 2 and more are dangerous."""
    return (Level.CALM, Level.RAISED, Level.HIGH)[min(rain.risk(mm_24h), 2)]


def of_water(station: str, level_m: float) -> Level:
    """Judge a water level by the alert level reached; of stations without published ones nothing is known."""
    reached = levels.alert(station, level_m)
    return Level.UNKNOWN if reached is None else (Level.CALM, Level.RAISED, Level.HIGH)[min(reached, 2)]


def of_flood(flooded: float) -> Level:
    """Judge a watched point: under water, or not."""
    return Level.HIGH if flooded > 0 else Level.CALM


def of_air(index: float) -> Level:
    """Judge a VN_AQI."""
    return Level.HIGH if index >= AIR_HIGH else Level.RAISED if index >= AIR_RAISED else Level.CALM


def air_index(pasts: Mapping[str, Sequence[tuple[datetime, float]]], at: datetime) -> int | None:
    """Return the hourly VN_AQI at `at` from readings by pollutant, in order of time; None of too few."""
    told = vn_aqi.hourly({name: _hours(values, at) for name, values in pasts.items()})
    return told.value if told else None


def _hours(values: Sequence[tuple[datetime, float]], at: datetime) -> list[float | None]:
    """Return the mean of each of the last twelve hours, the latest first."""
    found: list[list[float]] = [[] for _ in range(vn_aqi.NOWCAST_H)]
    for then, value in values:
        age = (at - then) // HOUR
        if 0 <= age < vn_aqi.NOWCAST_H:
            found[age].append(value)
    return [sum(several) / len(several) if several else None for several in found]


def level_of(incident: IncidentRow) -> Level:
    """Return how much an incident asks for attention: that of its severity."""
    return Level.HIGH if incident.severity in GRAVE else Level.RAISED


def level_of_alert(alert: AlertRow) -> Level:
    """Return how much an alert asks for attention: that of its severity while it goes on."""
    if not alert.is_open:
        return Level.CALM
    return Level.HIGH if alert.severity in (Severity.SEVERE, Severity.EXTREME) else Level.RAISED


def worst_of(found: Sequence[Level]) -> Level:
    """Return the gravest of some levels, CALM for none."""
    return max(found, key=lambda level: level.weight, default=Level.CALM)
