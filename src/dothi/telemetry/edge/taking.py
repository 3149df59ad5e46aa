"""What a device may publish where, and what becomes of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dothi.telemetry import payloads
from dothi.telemetry.mqtt import Publish
from dothi.telemetry.types import Device, Finding, FindingKind, Readings, Refused

TOPIC: Final = re.compile(r"devices/([A-Za-z0-9_-]+)(?:/[A-Za-z0-9_-]+)+")
KEPT: Final = 4_096
"""Bytes of a payload that its finding keeps."""
SHOWN: Final = 200


@dataclass(frozen=True)
class Taking:
    """Takes messages with instants no longer ago than the profile allows, and at most `early_us` ahead."""

    clock: Callable[[], datetime]
    early_us: int = 86_400_000_000

    def readings(self, device: Device, message: Publish) -> Readings:
        """Return the readings of a message below the device's own topic. Raises Refused."""
        now_us = round(self.clock().timestamp() * 1_000_000)
        readings = payloads.read(device, message.payload, now_us)
        first, last = min(readings.at_us), max(readings.at_us)
        if first < now_us - device.profile.late_s * 1_000_000:
            raise Refused(FindingKind.CLOCK, f"{first} us since 1970, longer ago than is taken")
        if last > now_us + self.early_us:
            raise Refused(FindingKind.CLOCK, f"{last} us since 1970, too far ahead")
        return readings

    def finding(self, device: Device, message: Publish, refused: Refused) -> Finding:
        """Return what is kept of a message that was refused."""
        return Finding(
            device.id, refused.kind, message.topic[:SHOWN], message.payload[:KEPT], refused.detail[:SHOWN],
            self.clock(),
        )  # fmt: skip


def owned(device: str, topic: str) -> bool:
    """Tell whether a topic stands below the device's own."""
    found = TOPIC.fullmatch(topic)
    return found is not None and found[1] == device
