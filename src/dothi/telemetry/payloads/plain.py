"""Plain JSON: one object a message, each measure at the path that the profile names."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dothi.telemetry.types import FindingKind, Measure, Profile, Readings, Refused


def read(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return a reading for each measure that is told, at `now_us` without an instant. Raises Refused."""
    found = [(one, _follow(told, one.path)) for one in profile.measures.values() if one.path]
    at_us = _at(_follow(told, profile.time_path), now_us) if profile.time_path else now_us
    values = {one.name: _number(one, value) for one, value in found if value is not None}
    if not values:
        raise Refused(FindingKind.UNMEASURED, f"nothing that {profile.name} measures")
    return Readings([*values], [at_us] * len(values), [*values.values()])


def _follow(told: Any, path: str) -> Any:
    for level in path.split("."):
        told = told.get(level) if isinstance(told, Mapping) else None
    return told


def _number(measure: Measure, value: Any) -> float:
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise Refused(FindingKind.MALFORMED, f"{measure.path} is no number")
    return float(value)


def _at(told: Any, now_us: int) -> int:
    """Return the instant that is told: seconds since 1970, or RFC 3339 with its offset."""
    if told is None:
        return now_us
    if isinstance(told, int | float) and not isinstance(told, bool) and abs(told) < 1e11:
        return round(told * 1_000_000)
    try:
        instant = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Refused(FindingKind.MALFORMED, "no instant")
    return round(instant.timestamp() * 1_000_000)
