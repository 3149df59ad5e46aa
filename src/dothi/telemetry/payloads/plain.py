"""Plain JSON: one object a message, each measure at the path that the profile names."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dothi.telemetry.types import FindingKind, Measure, Profile, Readings, Refused


def read(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return a reading for each measure that is told, at `now_us` without an instant. Raises Refused."""
    at = follow(told, profile.time_path) if profile.time_path else None
    return read_at(profile, told, instant(at, now_us))


def read_at(profile: Profile, told: Mapping[str, Any], at_us: int) -> Readings:
    """Return a reading of `at_us` for each measure that is told. Raises Refused."""
    found = [(one, follow(told, one.path)) for one in profile.measures.values() if one.path]
    values = {one.name: number(one, value) for one, value in found if value is not None}
    if not values:
        raise Refused(FindingKind.UNMEASURED, f"nothing that {profile.name} measures")
    return Readings([*values], [at_us] * len(values), [*values.values()])


def follow(told: Any, path: str) -> Any:
    """Return what stands at a path, levels with dots between; None where nothing does."""
    for level in path.split("."):
        told = told.get(level) if isinstance(told, Mapping) else None
    return told


def number(measure: Measure, value: Any) -> float:
    """Return a value as a number; truth counts as 1. Raises Refused."""
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise Refused(FindingKind.MALFORMED, f"{measure.path} is no number")
    return float(value)


def instant(told: Any, now_us: int) -> int:
    """Return the instant told, in us: seconds since 1970, or RFC 3339 with its offset. Raises Refused."""
    if told is None:
        return now_us
    if isinstance(told, int | float) and not isinstance(told, bool) and abs(told) < 1e11:
        return round(told * 1_000_000)
    try:
        found = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(FindingKind.MALFORMED, "no instant")
    return round(found.timestamp() * 1_000_000)
