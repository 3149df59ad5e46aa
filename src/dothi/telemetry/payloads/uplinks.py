"""
What network servers of LoRaWAN hand on: uplinks of ChirpStack 4 and of The Things Stack 3, decoded there.

Source: https://www.chirpstack.io/docs/chirpstack/integrations/events.html,
https://www.thethingsindustries.com/docs/integrations/data-formats/
"""

from collections.abc import Mapping
from typing import Any

from dothi.telemetry.payloads import plain
from dothi.telemetry.types import FindingKind, Profile, Readings, Refused


def chirpstack(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return the readings of an `up` event; paths begin below `object`. Raises Refused."""
    return _read(profile, told.get("object"), told.get("time"), now_us)


def things_stack(profile: Profile, told: Mapping[str, Any], now_us: int) -> Readings:
    """Return the readings of an uplink; paths begin below `decoded_payload`. Raises Refused."""
    uplink = told.get("uplink_message")
    if not isinstance(uplink, Mapping):
        raise Refused(FindingKind.MALFORMED, "no uplink_message")
    return _read(profile, uplink.get("decoded_payload"), uplink.get("received_at"), now_us)


def _read(profile: Profile, decoded: Any, at: Any, now_us: int) -> Readings:
    if not isinstance(decoded, Mapping):
        raise Refused(FindingKind.MALFORMED, "the payload was not decoded by the network server")
    return plain.read_at(profile, decoded, plain.instant(at, now_us))


def speaker(told: Mapping[str, Any]) -> str | None:
    """Return the EUI of the device that an uplink is of, in small letters; None where it is no uplink."""
    for parent, key in (("deviceInfo", "devEui"), ("end_device_ids", "dev_eui")):
        found = told.get(parent)
        if isinstance(found, Mapping) and isinstance(found.get(key), str):
            return str(found[key]).lower()
    return None
