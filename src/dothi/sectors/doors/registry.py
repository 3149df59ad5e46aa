"""
Stations as an import enters them in the register of devices, each with its place and the entity it observes.

They carry tokens that a node derives from a secret of its own, so that it can play the device.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from dothi.sectors.models.profiles import Kind

REPLAYED: Final = "replayed"
GENERATED: Final = "generated"
"""Groups of devices that no hardware stands behind; a screen that shows their values says so."""


@dataclass(frozen=True)
class Station:
    """
    A device of a kind and the entity that it observes.

    `group` is REPLAYED, GENERATED or ""; `ward_code` is "" where it is not known.
    """

    id: str
    kind: Kind
    name: str
    entity_id: str
    lon: float | None = None
    lat: float | None = None
    ward_code: str = ""
    group: str = ""
    name_en: str = ""


def token_of(secret: bytes, device: str) -> str:
    """Return the token of a device that a node plays itself: 256 bits, from the node's secret."""
    return hmac.new(secret, f"device {device}".encode(), hashlib.sha256).hexdigest()
