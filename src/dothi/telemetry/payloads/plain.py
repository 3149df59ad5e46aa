"""Plain JSON: one object a message, each measure at the path that the profile names."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dothi.telemetry.types import FindingKind, Measure, Profile, Reading, Refused


def read(profile: Profile, told: Mapping[str, Any], now_us: int) -> list[Reading]:
    """Return a reading for each measure that is told, at `now_us` without an instant. Raises Refused."""
    found = {measure: _follow(told, measure.path) for measure in profile.measures.values() if measure.path}
    at_us = _at(_follow(told, profile.time_path), now_us) if profile.time_path else now_us
    readings = [_reading(measure, value, at_us) for measure, value in found.items() if value is not None]
    if not readings:
        raise Refused(FindingKind.UNMEASURED, f"nothing that {profile.name} measures")
    return readings


def _follow(told: Any, path: str) -> Any:
    for level in path.split("."):
        told = told.get(level) if isinstance(told, Mapping) else None
    return told


def _reading(measure: Measure, value: Any, at_us: int) -> Reading:
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise Refused(FindingKind.MALFORMED, f"{measure.path} is no number")
    return Reading(measure.name, at_us, float(value))


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
