"""
Packets of MQTT 3.1.1 (OASIS standard of 29 October 2014) as a server needs them.

Of our own, for it is short and a published message costs it a quarter of what the best library takes:
docs/adr/0017 has the figures. Bytes come in whatever pieces the network makes of them.
"""

from dothi.telemetry.mqtt.packets import (
    Connect,
    Kind,
    Malformed,
    Packet,
    Publish,
    Subscribe,
    connack,
    puback,
    suback,
    unsuback,
)
from dothi.telemetry.mqtt.parser import Parser

__all__ = [
    "Connect", "Kind", "Malformed", "Packet", "Parser", "Publish", "Subscribe",
    "connack", "puback", "suback", "unsuback",
]  # fmt: skip
