"""
Payloads as readings: SenML packs (RFC 8428) begin with `[`, plain JSON by mapping with `{`.

A message is taken whole or not at all.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from dothi.telemetry.payloads import plain, senml
from dothi.telemetry.types import Device, FindingKind, Readings, Refused


def read(device: Device, payload: bytes, now_us: int) -> Readings:
    """Return the readings of a message that came at `now_us` (microseconds since 1970). Raises Refused."""
    try:
        told: Any = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Refused(FindingKind.MALFORMED, f"not JSON: {error}") from error
    if isinstance(told, list):
        return senml.read(device, told, now_us)
    if isinstance(told, Mapping):
        return plain.read(device.profile, told, now_us)
    raise Refused(FindingKind.MALFORMED, "neither a SenML pack nor an object")
