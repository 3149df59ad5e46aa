"""
Observations as Sentilo's providers send them: `{"sensors": [{"sensor": .., "observations": [..]}]}`.

A sensor is a measure of the profile; values are text, instants `dd/MM/yyyyTHH:mm:ss`, UTC or with an offset.
Source: https://sentilo.readthedocs.io/en/latest/api_docs/services/data/publish_sensors_data.html
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from dothi.telemetry.types import FindingKind, Profile, Reading, Readings, Refused

FORMATS: Final = ("%d/%m/%YT%H:%M:%S", "%d/%m/%YT%H:%M:%S%z")


def read(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return a reading for each observation. Raises Refused."""
    readings = [
        _reading(profile, sensor.get("sensor"), one, now_us)
        for sensor in _list(told.get("sensors"))
        for one in _list(sensor.get("observations"))
    ]
    if not readings:
        raise Refused(FindingKind.UNMEASURED, "no observations")
    return Readings.of(readings)


def _list(told: Any) -> list[Mapping[str, Any]]:
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise Refused(FindingKind.MALFORMED, "neither sensors nor observations")
    return told


def _reading(profile: Profile, sensor: Any, told: Mapping[str, Any], now_us: int) -> Reading:
    if not isinstance(sensor, str) or sensor not in profile.measures:
        raise Refused(FindingKind.UNMEASURED, f"{sensor!r} is nothing that {profile.name} measures")
    try:
        value = float(told["value"])
    except (KeyError, TypeError, ValueError):
        raise Refused(FindingKind.MALFORMED, f"{sensor} has no number") from None
    if not math.isfinite(value):
        raise Refused(FindingKind.MALFORMED, f"{sensor} has no number")
    return Reading(sensor, _at(told.get("timestamp"), now_us), value)


def _at(told: Any, now_us: int) -> int:
    if told is None:
        return now_us
    for form in FORMATS:
        try:
            instant = datetime.strptime(told, form)  # noqa: DTZ007 - without an offset it is UTC, see below
        except (TypeError, ValueError):
            continue
        return round((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()) * 1_000_000
    raise Refused(FindingKind.MALFORMED, "no instant")
