"""Sums of rain, and the level of risk of heavy rain. Pure. Thresholds and their source: `rain_risk.csv`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from dothi.sectors.models import table


class Fallen(NamedTuple):
    """Rain that fell in the interval that ended at an instant, in mm."""

    at: datetime
    mm: float


def total(fallen: Iterable[Fallen], at: datetime, window: timedelta) -> float | None:
    """Return how many mm fell in (at - window, at]; None where nothing was told of it."""
    told = [one.mm for one in fallen if at - window < one.at <= at]
    return round(sum(told), 3) if told else None


def risk(mm_24h: float | None) -> int:
    """Return the level of risk of what fell in 24 hours, 0 where there is none."""
    if mm_24h is None:
        return 0
    reached = [
        int(row["level"]) for row in table("environment", "rain_risk.csv") if mm_24h >= float(row["mm_24h"])
    ]
    return max(reached, default=0)
