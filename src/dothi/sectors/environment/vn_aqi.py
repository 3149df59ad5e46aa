"""
VN_AQI, the air quality index of Vietnam: of an hour, and of a day. Pure.

Source: Decision 1459/QĐ-TCMT of 12 November 2019 of the environment administration; verified: false. The
breakpoints stand in `vn_aqi.csv`. Concentrations are in µg/m³, carbon monoxide included. Where too few are
measured there is no index: None, never a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from dothi.sectors.models import table

NOWCAST_H: Final = 12
RECENT_H: Final = 3
RECENT_NEEDED: Final = 2
LEAST_WEIGHT: Final = 0.5
DAY_H: Final = 24
DAY_NEEDED: Final = 18
"""Hours of a day of which a pollutant has to be known: three quarters."""
LONG_H: Final = 8
LONG_NEEDED: Final = 6
DUST: Final = ("pm25", "pm10")
"""One of these has to be known, or there is no index."""
GASES: Final = ("no2", "so2", "co", "o3")
COLUMNS: Final = {
    "pm25": "pm25_high_ugm3", "pm10": "pm10_high_ugm3", "no2": "no2_1h_high_ugm3", "so2": "so2_1h_high_ugm3",
    "co": "co_1h_high_ugm3", "o3": "o3_1h_high_ugm3", "o3_8h": "o3_8h_high_ugm3",
}  # fmt: skip
Hours = Sequence[float | None]
"""Means of hours, the latest first; None where it is not known."""


@dataclass(frozen=True)
class Index:
    """An index, its category in Vietnamese, and the pollutant that makes it so high."""

    value: int
    category: str
    color: str
    pollutant: str


@dataclass(frozen=True)
class _Step:
    low: float
    high: float
    index_low: int
    index_high: int


def hourly(hours: Mapping[str, Hours]) -> Index | None:
    """Return the index of the latest hour from the hours of each pollutant, at most twelve of dust."""
    known = {name: nowcast(hours.get(name, ())) for name in DUST}
    known |= {name: _first(hours.get(name, ())) for name in GASES}
    return _worst(known)


def daily(hours: Mapping[str, Hours]) -> Index | None:
    """Return the index of a day from the 24 hours of each pollutant."""
    known = {name: _mean(hours.get(name, ()), DAY_H, DAY_NEEDED) for name in DUST}
    known |= {name: _highest(hours.get(name, ())) for name in GASES}
    known["o3_8h"] = _long(hours.get("o3", ()))
    return _worst(known)


def nowcast(hours: Hours) -> float | None:
    """
    Return the concentration of dust that stands for this hour: a mean of twelve, weighted by how it changes.

    None where fewer than two of the latest three hours are known. The weights are divided by their sum also
    where the ratio is one half; with all twelve hours that is 0.03 % from the decision's own form.
    """
    recent = hours[:NOWCAST_H]
    if sum(one is not None for one in recent[:RECENT_H]) < RECENT_NEEDED:
        return None
    known = [(age, one) for age, one in enumerate(recent) if one is not None]
    highest = max(one for _, one in known)
    ratio = min(one for _, one in known) / highest if highest else 1.0
    weight = max(ratio, LEAST_WEIGHT)
    total = sum(weight**age for age, _ in known)
    return sum(weight**age * one for age, one in known) / total


def index_of(pollutant: str, concentration: float) -> float | None:
    """Return the index of one concentration; 500 at most, None above what the scale of o3_8h goes to."""
    steps = _steps()[pollutant]
    for step in steps:
        if concentration <= step.high:
            share = (max(concentration, 0.0) - step.low) / (step.high - step.low)
            return step.index_low + share * (step.index_high - step.index_low)
    return None if pollutant == "o3_8h" else float(steps[-1].index_high)


def _worst(known: Mapping[str, float | None]) -> Index | None:
    if all(known[name] is None for name in DUST):
        return None
    found = {
        name: value
        for name, one in known.items()
        if one is not None and (value := index_of(name, one)) is not None
    }
    pollutant = max(found, key=lambda name: found[name])
    value = int(found[pollutant] + 0.5)
    row = next(row for row in table("environment", "vn_aqi.csv") if value <= int(row["index_high"]))
    return Index(value, row["category_vi"], row["colour"], pollutant)


@cache
def _steps() -> Mapping[str, Sequence[_Step]]:
    rows = table("environment", "vn_aqi.csv")
    found: dict[str, Sequence[_Step]] = {}
    for name, column in COLUMNS.items():
        low, steps = 0.0, []
        for row in rows:
            if row[column]:
                steps.append(_Step(low, float(row[column]), int(row["index_low"]), int(row["index_high"])))
                low = float(row[column])
        found[name] = steps
    return found


def _first(hours: Hours) -> float | None:
    return hours[0] if hours else None


def _mean(hours: Hours, of: int, needed: int) -> float | None:
    known = [one for one in hours[:of] if one is not None]
    return sum(known) / len(known) if len(known) >= needed else None


def _highest(hours: Hours) -> float | None:
    known = [one for one in hours[:DAY_H] if one is not None]
    return max(known) if len(known) >= DAY_NEEDED else None


def _long(hours: Hours) -> float | None:
    """Return the highest mean of eight hours of a day."""
    if _highest(hours) is None:
        return None
    starts = range(max(1, min(len(hours), DAY_H) - LONG_H + 1))
    means = [_mean(hours[start:], LONG_H, LONG_NEEDED) for start in starts]
    return max((one for one in means if one is not None), default=None)
