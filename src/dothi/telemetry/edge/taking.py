"""What a device may publish where, and what becomes of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dothi.telemetry import payloads
from dothi.telemetry.types import Device, Finding, FindingKind, Readings, Refused

TOPIC: Final = re.compile(r"devices/([A-Za-z0-9_-]+)(?:/[A-Za-z0-9_-]+)+")
KEPT: Final = 4_096
"""Bytes of a payload that its finding keeps."""
SHOWN: Final = 200


@dataclass(frozen=True)
class Taking:
    """
    Takes messages with instants no longer ago than the profile allows, and at most `early_us` ahead.

    `known` gives a device by its id: a network server hands on what devices of its group say.
    """

    clock: Callable[[], datetime]
    early_us: int = 86_400_000_000
    known: Callable[[str], Device | None] = lambda _: None

    def readings(self, device: Device, payload: bytes) -> tuple[Device, Readings]:
        """Return the readings of a message, and the device that they are of. Raises Refused."""
        now_us = round(self.clock().timestamp() * 1_000_000)
        told = payloads.parsed(payload)
        device = self._speaker(device, told) if device.profile.form else device
        readings = payloads.read(device, told, now_us)
        first, last = min(readings.at_us), max(readings.at_us)
        if first < now_us - device.profile.late_s * 1_000_000:
            raise Refused(FindingKind.CLOCK, f"{first} us since 1970, longer ago than is taken")
        if last > now_us + self.early_us:
            raise Refused(FindingKind.CLOCK, f"{last} us since 1970, too far ahead")
        return device, readings

    def _speaker(self, sender: Device, told: object) -> Device:
        """
        Return the device that an uplink is of: the sender, or one of the group that bears its id.

        It is its own unit's as well: an id is free to choose, and would open every group of its name.
        """
        name = payloads.speaker(told)
        if name is None or name == sender.id.lower():
            return sender
        found = self.known(name)
        if found is None or (found.group, found.owner) != (sender.id, sender.owner):
            raise Refused(
                FindingKind.FOREIGN_TOPIC, f"{name[:64]} is not of the group {sender.id} of its unit"
            )
        return found

    def finding(self, device: Device, topic: str, payload: bytes, refused: Refused) -> Finding:
        """Return what is kept of a message that was refused."""
        return Finding(
            device.id, refused.kind, topic[:SHOWN], payload[:KEPT], refused.detail[:SHOWN], self.clock()
        )


def owned(device: str, topic: str) -> bool:
    """Tell whether a topic stands below the device's own."""
    found = TOPIC.fullmatch(topic)
    return found is not None and found[1] == device
