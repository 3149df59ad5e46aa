"""
What bench/mqtt_devices.c does, for machines without a C compiler: same commands, same messages, slower.

    python -m bench.mqtt_devices publish PORT CONNECTIONS MESSAGES WINDOW FIRST_MS TOKEN
    python -m bench.mqtt_devices take PORT MESSAGES
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import uvloop

CONNACK, PUBLISH, PUBACK, SUBACK = 2, 3, 4, 9


@dataclass
class Load:
    """What all connections send together."""

    connections: int
    messages: int
    window: int
    first_ms: int
    acknowledged: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Connection(asyncio.Protocol):
    """One connection; counts what it hears by type of packet, and acknowledges what is published."""

    def __init__(self, load: Load, number: int) -> None:
        self._load, self._number = load, number
        self._next, self._waiting, self._packet = number, 0, 0
        self._left = b""
        self.heard = dict.fromkeys((CONNACK, PUBLISH, PUBACK, SUBACK), 0)
        self.some = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by type

    def data_received(self, data: bytes) -> None:
        told, at, answers = self._left + data, 0, []
        while len(told) - at >= 2:
            length, head = told[at + 1] & 127, 2
            if told[at + 1] & 128:
                length, head = length | told[at + 2] << 7, 3
            if len(told) - at < head + length:
                break
            kind, body = told[at] >> 4, told[at + head : at + head + length]
            assert kind != CONNACK or not body[1], "CONNECT is refused"
            self.heard[kind] += 1
            if kind == PUBLISH:
                named = 2 + int.from_bytes(body[:2])
                answers.append(b"\x40\x02" + body[named : named + 2])
            elif kind == PUBACK:
                self._acknowledged()
            at += head + length
        self._left = told[at:]
        self.transport.write(b"".join(answers))
        self.some.set()

    def _acknowledged(self) -> None:
        self._waiting -= 1
        self._load.acknowledged += 1
        if self._load.acknowledged == self._load.messages:
            self._load.done.set()
        self.fill()

    def fill(self) -> None:
        """Publish until the window is full."""
        load, out = self._load, []
        while self._waiting < load.window and self._next < load.messages:
            self._packet = self._packet % 65_535 + 1
            topic = _field(f"devices/device-{self._number}/readings")
            body = topic + self._packet.to_bytes(2) + self.payload(self._next)
            out.append(b"\x32" + _length(len(body)) + body)
            self._next += load.connections
            self._waiting += 1
        self.transport.write(b"".join(out))

    def payload(self, number: int) -> bytes:
        """Return what a message says: one reading."""
        at = self._load.first_ms + number
        value = 100 + number % 1000 / 10
        return f'[{{"n":"level","u":"m","t":{at // 1000}.{at % 1000:03},"v":{value:.9f}}}]'.encode()

    def connect(self, client: str, token: str, *, clean: bool) -> None:
        """Say who this is."""
        named = _field(client) + (_field(client) + _field(token) if token else b"")
        body = _field("MQTT") + bytes((4, (0xC0 if token else 0) | clean << 1, 0, 0)) + named
        self.transport.write(bytes((0x10, len(body))) + body)

    async def hear(self, kind: int, count: int = 1) -> None:
        """Wait until so many packets of a kind have come."""
        async with asyncio.timeout(600):
            while self.heard[kind] < count:
                self.some.clear()
                await self.some.wait()


def _field(told: str) -> bytes:
    return len(told).to_bytes(2) + told.encode()


def _length(told: int) -> bytes:
    """Return a remaining length (section 2.2.3)."""
    out = bytearray()
    while told > 127:
        out.append(told & 127 | 128)
        told >>= 7
    return bytes((*out, told))


async def _connected(port: int, made: Connection) -> Connection:
    await asyncio.get_running_loop().create_connection(lambda: made, "127.0.0.1", port)
    return made


async def let_in(port: int, devices: Sequence[Connection], token: str) -> None:
    """Connect devices, and wait until each is let in."""
    for number, device in enumerate(devices):
        await _connected(port, device)
        device.connect(f"device-{number}", token, clean=True)
        await device.hear(CONNACK)


async def publish(port: int, load: Load, token: str) -> None:
    """Publish all messages, and wait until they are acknowledged."""
    devices = [Connection(load, number) for number in range(load.connections)]
    await let_in(port, devices, token)
    print("ready", flush=True)
    sys.stdin.readline()
    for device in devices:
        device.fill()
    await load.done.wait()


async def take(port: int, messages: int) -> None:
    """Acknowledge all messages of all devices, in a lasting session."""
    taker = await _connected(port, Connection(Load(1, 0, 0, 0), 0))
    taker.connect("taker", "", clean=False)
    await taker.hear(CONNACK)
    body = b"\0\1" + _field("devices/#") + b"\1"
    taker.transport.write(bytes((0x82, len(body))) + body)
    await taker.hear(SUBACK)
    print("ready", flush=True)
    await taker.hear(PUBLISH, messages)


def main(told: list[str]) -> None:
    """Do as told, and say how many messages are acknowledged."""
    if told[0] == "publish":
        connections, messages, window, first_ms = (int(one) for one in told[2:6])
        uvloop.run(publish(int(told[1]), Load(connections, messages, window, first_ms), told[6]))
        print(messages)
    else:
        uvloop.run(take(int(told[1]), int(told[2])))
        print(told[2])


if __name__ == "__main__":
    main(sys.argv[1:])
