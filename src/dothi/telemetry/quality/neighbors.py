"""
Who stands near whom, and who disagrees with them: further than `near` from the median of at least three.

Distances are on a plane through the middle of each pair, right to a thousandth within a city.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
import shapely

from dothi.telemetry.quality.limits import Numbers

METERS_A_DEGREE: Final = 111_195.0
ENOUGH: Final = 3
NEAREST: Final = 12
"""So many neighbors are asked at most, the nearest."""
FRESH_US: Final = 3_600_000_000
"""What is more than an hour from a reading does not speak to it, where the profile tells no gap."""


@dataclass(frozen=True)
class Place:
    """Where a series is measured (degrees, EPSG:4326), and within how many meters its neighbors stand."""

    series: int
    lon: float
    lat: float
    near_m: float


def near(places: Sequence[Place]) -> dict[int, list[int]]:
    """Return the neighbors of each series among `places` of one measure, nearest first, at most NEAREST."""
    if not places:
        return {}
    lon, lat = np.array([one.lon for one in places]), np.array([one.lat for one in places])
    reach = np.array([one.near_m for one in places])
    high, wide = reach / METERS_A_DEGREE, reach / METERS_A_DEGREE / np.maximum(np.cos(np.radians(lat)), 0.01)
    boxes = shapely.box(lon - wide, lat - high, lon + wide, lat + high)
    who, whom = shapely.STRtree(shapely.points(lon, lat)).query(boxes)
    meters = _meters(lon[who], lat[who], lon[whom], lat[whom])
    close = (who != whom) & (meters <= reach[who])
    return _nearest(places, who[close], whom[close], meters[close])


def _meters(lon: np.ndarray, lat: np.ndarray, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    wide = (lon - lons) * np.cos(np.radians((lat + lats) / 2))
    return np.asarray(np.hypot(wide, lat - lats) * METERS_A_DEGREE)


def _nearest(
    places: Sequence[Place], who: Numbers, whom: Numbers, meters: np.ndarray
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for place in np.lexsort((meters, who)):
        mine = found.setdefault(places[who[place]].series, [])
        if len(mine) < NEAREST:
            mine.append(places[whom[place]].series)
    return found


@dataclass(frozen=True)
class Value:
    """A good value of a series, at an instant in microseconds since 1970."""

    at_us: int
    value: float


def disagrees(
    mine: Value, around: Sequence[int], known: Mapping[int, Value], most: float, fresh_us: float
) -> bool:
    """Tell whether a value is further than `most` from the median of its fresh neighbors; needs three."""
    others = [
        known[one].value for one in around if one in known and abs(known[one].at_us - mine.at_us) <= fresh_us
    ]
    return len(others) >= ENOUGH and abs(mine.value - median(others)) > most
