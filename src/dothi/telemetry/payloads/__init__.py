"""
Payloads as readings. Without a form, SenML packs (RFC 8428) begin with `[`, plain JSON by mapping with `{`; a
profile may name another form: `chirpstack`, `things-stack`, `sentilo`, `ngsi-ld`.

A message is taken whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from typing import Any, Final

import orjson

from dothi.telemetry.payloads import ngsild, plain, senml, sentilo, uplinks
from dothi.telemetry.types import LARGEST, Device, FindingKind, Profile, Readings, Refused

Form = Callable[[Profile, Mapping[str, Any], int], Readings]
FORMS: Final[Mapping[str, Form]] = {
    "": plain.read, "chirpstack": uplinks.chirpstack, "things-stack": uplinks.things_stack,
    "sentilo": sentilo.read, "ngsi-ld": ngsild.read,
}  # fmt: skip


def parsed(payload: bytes) -> Any:
    """Return the JSON of a message. Raises Refused."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Refused(FindingKind.MALFORMED, f"not JSON: {error}") from error


def speaker(told: Any) -> str | None:
    """Return the EUI of the device that an uplink of a network server is of, None where it is none."""
    return uplinks.speaker(told) if isinstance(told, Mapping) else None


def read(device: Device, told: Any, now_us: int) -> Readings:
    """Return the readings of a message that came at `now_us` (microseconds since 1970). Raises Refused."""
    readings = _read(device, told, now_us)
    if _is_beyond(readings):
        raise Refused(FindingKind.MALFORMED, f"a number beyond {LARGEST:g}")
    return readings


def _is_beyond(readings: Readings) -> bool:
    values: Sequence[float] = readings.values
    if readings.words:  # their numbers are NaN, which is neither more nor less than any
        values = [value for value in values if not isnan(value)]
    return bool(values) and (max(values) > LARGEST or min(values) < -LARGEST)


def _read(device: Device, told: Any, now_us: int) -> Readings:
    if isinstance(told, list):
        return senml.read(device, told, now_us)
    form = FORMS.get(device.profile.form)
    if form is None or not isinstance(told, Mapping):
        raise Refused(FindingKind.MALFORMED, "neither a SenML pack nor an object of a form that is known")
    return form(device.profile, told, now_us)
