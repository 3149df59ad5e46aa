"""What each packet of a client says (MQTT 3.1.1, chapter 3), and the answers to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Malformed(Exception):
    """The bytes are no MQTT 3.1.1, or ask for what this server does not do; the connection must end."""


class Kind(IntEnum):
    """Packets without a body, and the types of those that a client may send (section 2.2.1)."""

    CONNECT = 1
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    UNSUBSCRIBE = 10
    PINGREQ = 12
    DISCONNECT = 14


@dataclass(frozen=True)
class Connect:
    """Who wants in (section 3.1). `keep_alive` in seconds, 0 for none."""

    client: str
    clean: bool
    keep_alive: int
    username: str | None
    password: bytes | None
    protocol_known: bool = True


class Publish(NamedTuple):
    """One message (section 3.3); a packet id only with QoS 1."""

    topic: str
    payload: bytes
    qos: int
    packet: int


@dataclass(frozen=True)
class Subscribe:
    """Topic filters with the QoS asked for (sections 3.8 and 3.10); without QoS: unsubscribe."""

    packet: int
    filters: Sequence[str]
    leave: bool = False


Packet = Connect | Publish | Subscribe | Kind

PINGRESP = b"\xd0\x00"
ACCEPTED, WRONG_PROTOCOL, WRONG_CLIENT, UNAVAILABLE, NOT_YOU, NOT_ALLOWED = range(6)


def connack(code: int) -> bytes:
    """Return the answer to CONNECT (section 3.2): no session is ever present, `code` 0 lets in."""
    return bytes((0x20, 2, 0, code))


def puback(packet: int) -> bytes:
    """Return the acknowledgment of a message (section 3.4)."""
    return b"\x40\x02" + packet.to_bytes(2)


def suback(packet: int, codes: Sequence[int]) -> bytes:
    """Return the answer to SUBSCRIBE (section 3.9): a QoS for each filter, or 0x80 for a refused one."""
    return b"\x90" + _length(2 + len(codes)) + packet.to_bytes(2) + bytes(codes)


def unsuback(packet: int) -> bytes:
    """Return the answer to UNSUBSCRIBE (section 3.11)."""
    return b"\xb0\x02" + packet.to_bytes(2)


def _length(told: int) -> bytes:
    """Return a remaining length (section 2.2.3)."""
    out = bytearray()
    while told > 127:
        out.append(told & 127 | 128)
        told >>= 7
    return bytes((*out, told))
