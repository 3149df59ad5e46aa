"""Alert levels of rivers, and how fast water rises. Pure. The levels and their source: `alert_levels.csv`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from dothi.sectors.models import table


class Level(NamedTuple):
    """A water level, m above the datum of its station."""

    at: datetime
    m: float


def alert(station: str, level_m: float) -> int | None:
    """Return the alert level (báo động) that is reached, 0 for none; None where none are published."""
    steps = _steps().get(station)
    return None if steps is None else sum(level_m >= step for step in steps)


def rise(levels: Iterable[Level], at: datetime, window: timedelta) -> float | None:
    """Return by how many m the last level within (at - window, at] is above the lowest before it there."""
    told = sorted(one for one in levels if at - window < one.at <= at)
    return round(told[-1].m - min(one.m for one in told), 3) if len(told) > 1 else None


@cache
def _steps() -> Mapping[str, tuple[float, ...]]:
    rows = table("water", "alert_levels.csv")
    return {row["station"]: tuple(float(row[f"bd{number}_m"]) for number in (1, 2, 3)) for row in rows}
