"""Many devices in one thread: each connects again when dropped, and sends again what was not acknowledged."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from tests.support.devices import TOKEN

WINDOW = 50
AGAIN_S = 0.3
CONNACK, PUBACK = 2, 4


@dataclass
class Told:
    """What became of the messages of one device, by their numbers."""

    device: str
    waiting: deque[int] = field(default_factory=deque)
    acknowledged: set[int] = field(default_factory=set)
    connected: int = 0


class _Member(asyncio.Protocol):
    """One connection of a device."""

    def __init__(self, told: Told, first: float) -> None:
        self._told, self._first = told, first
        self._sent: dict[int, int] = {}
        self._packet, self._left = 0, b""
        self._let_in = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        name = self._told.device.encode()
        body = b"\0\4MQTT\4\xc2\0\0" + b"".join(_field(one) for one in (name, name, TOKEN))
        self._transport.write(bytes((0x10, len(body))) + body)

    def data_received(self, data: bytes) -> None:
        data = self._left + data
        while len(data) >= 4:  # CONNACK and PUBACK have four bytes
            packet, data = data[:4], data[4:]
            if packet[0] >> 4 == CONNACK and packet[3] == 0:
                self._let_in = True
                self._told.connected += 1
            elif packet[0] >> 4 == PUBACK:
                self._told.acknowledged.add(self._sent.pop(int.from_bytes(packet[2:])))
        self._left = data
        self.send()

    def send(self) -> None:
        """Publish what waits, as much as the window takes."""
        while self._let_in and self._told.waiting and len(self._sent) < WINDOW:
            number = self._told.waiting.popleft()
            self._packet = self._packet % 65_535 + 1
            self._sent[self._packet] = number
            payload = f'[{{"n":"pm25","v":{number},"t":{self._first + number / 100:.2f}}}]'.encode()
            topic = f"devices/{self._told.device}/readings".encode()
            body = _field(topic) + self._packet.to_bytes(2) + payload
            self._transport.write(bytes((0x32, len(body))) + body)

    def connection_lost(self, _why: Exception | None) -> None:
        self._let_in = False  # who sends through this one from now on would send into nothing
        self._told.waiting.extendleft(sorted(self._sent.values(), reverse=True))
        if not self.ended.done():
            self.ended.set_result(None)

    def close(self) -> None:
        self._transport.close()


def _field(told: bytes) -> bytes:
    return len(told).to_bytes(2) + told


class Swarm:
    """Devices at a door; `load` gives each numbers to send, `settled` waits until all are acknowledged."""

    def __init__(self, port: int, devices: Sequence[str]) -> None:
        self.port = port
        self.told = [Told(one) for one in devices]
        self._first = time.time() - 86_400
        self._members: dict[str, _Member] = {}

    async def run(self) -> None:
        """Keep all devices connected, until cancelled."""
        await asyncio.gather(*(self._keep(one) for one in self.told))

    async def _keep(self, told: Told) -> None:
        while True:
            with contextlib.suppress(OSError):
                await self._connected_once(told)
            await asyncio.sleep(AGAIN_S)

    async def _connected_once(self, told: Told) -> None:
        member = _Member(told, self._first)
        await asyncio.get_running_loop().create_connection(lambda: member, "127.0.0.1", self.port)
        self._members[told.device] = member
        try:
            await member.ended
        finally:
            del self._members[told.device]
            member.close()

    async def load(self, first: int, count: int, per_second: float) -> None:
        """Let each device send `count` numbers from `first`, so many readings a second in all."""
        began = time.monotonic()
        for place in range(count):
            for told in self.told:
                told.waiting.append(first + place)
                if member := self._members.get(told.device):
                    member.send()
            ahead = (place + 1) * len(self.told) / per_second - (time.monotonic() - began)
            await asyncio.sleep(max(0, ahead))

    async def settled(self, count: int, patience_s: float) -> None:
        """Wait until each device has so many acknowledged."""
        async with asyncio.timeout(patience_s):
            while any(len(one.acknowledged) < count for one in self.told):
                await asyncio.sleep(0.05)

    async def all_connected(self, times: int, patience_s: float) -> None:
        """Wait until each device was let in so many times."""
        async with asyncio.timeout(patience_s):
            while any(one.connected < times for one in self.told):
                await asyncio.sleep(0.05)
