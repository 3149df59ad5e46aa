"""Packets of MQTT 3.1.1 by hand, for what no client library would say."""

import socket

from tests.support.waiting import PATIENCE_S

TOKEN = b"0123456789abcdef0123456789abcdef"
LET_IN = b"\x20\x02\x00\x00"


def field(told: bytes) -> bytes:
    """Return bytes with their length before them (section 1.5.3)."""
    return len(told).to_bytes(2) + told


def packet(first: int, body: bytes) -> bytes:
    """Return a packet with its fixed header (section 2.2)."""
    left, length = len(body), bytearray()
    while left > 127:
        length.append(left & 127 | 128)
        left >>= 7
    return bytes((first, *length, left)) + body


def connect(
    name: str, keep_alive: int = 0, token: bytes = TOKEN, client: bytes = b"c", flags: int = 0xC2
) -> bytes:
    """Return a CONNECT of the device `name` (section 3.1)."""
    body = field(b"MQTT") + bytes([4, flags]) + keep_alive.to_bytes(2) + field(client)
    return packet(0x10, body + field(name.encode()) + field(token))


def heard(connection: socket.socket, count: int) -> bytes:
    """Return the next `count` bytes, in however many pieces they come."""
    told = b""
    while len(told) < count and (piece := connection.recv(count - len(told))):
        told += piece
    return told


def dial(port: int) -> socket.socket:
    """Return a connection that has said nothing yet."""
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S)


def is_let_in(port: int, name: str, token: bytes = TOKEN) -> bool:
    """Tell whether a device is let in just now."""
    with dial(port) as connection:
        connection.sendall(connect(name, token=token))
        return heard(connection, 4) == LET_IN
