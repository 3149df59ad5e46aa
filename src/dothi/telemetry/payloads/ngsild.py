"""
An entity of NGSI-LD as a device may send it: normalized, concise or simplified (GS CIM 009, clause 4.5).

The first level of a measure's path names its attribute, further ones lead into its value. `unitCode` is not
held against the profile: it is a code of UNECE, and the profile's unit is SenML's.
"""

from collections.abc import Mapping
from typing import Any

from dothi.telemetry.payloads import plain
from dothi.telemetry.types import FindingKind, Profile, Reading, Readings, Refused


def read(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return a reading for each attribute that the profile measures. Raises Refused."""
    readings = []
    for measure in profile.measures.values():
        name, _, rest = (measure.path or measure.name).partition(".")
        attribute = told.get(name)
        if isinstance(attribute, Mapping) and "value" in attribute:
            value, at = attribute["value"], attribute.get("observedAt")
        else:
            value, at = attribute, None
        value = plain.follow(value, rest) if rest else value
        if value is not None:
            readings.append(Reading(measure.name, plain.instant(at, now_us), plain.number(measure, value)))
    if not readings:
        raise Refused(FindingKind.UNMEASURED, f"nothing that {profile.name} measures")
    return Readings.of(readings)
