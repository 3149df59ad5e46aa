"""One connection of a device: in by CONNECT, then messages, each acknowledged once it is stored."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol, cast

from dothi.telemetry.edge.taking import Taking, owned
from dothi.telemetry.mqtt import (
    Connect,
    Kind,
    Malformed,
    Packet,
    Parser,
    Publish,
    Subscribe,
    connack,
    packets,
    puback,
    suback,
    unsuback,
)
from dothi.telemetry.store.devices import Devices
from dothi.telemetry.store.writer import Message, Writer
from dothi.telemetry.types import Device, FindingKind, Refused

STRANGER: Final = 2_048
"""Bytes of a packet that is taken from one who has not said who they are."""
MOST: Final = 262_144
"""Bytes of a packet that is taken from a device."""
INTRODUCED_S: Final = 10.0
"""How long a connection may stand before its CONNECT has come."""
WINDOW: Final = 2_000
"""Messages of one connection that wait at most before it is no longer read from."""
FORGIVEN: Final = 20
"""Messages of one connection that may be no readings before it is closed."""


class House(Protocol):
    """What all connections share."""

    devices: Devices
    writer: Writer
    taking: Taking

    def entered(self, connection: "Connection") -> None:
        """Hear that a device has come in; another connection of the same client ends."""

    def left(self, connection: "Connection") -> None:
        """Hear that a connection has ended."""

    def held(self, connection: "Connection") -> None:
        """Hear that a connection is no longer read from."""


class Connection(asyncio.Protocol):
    """A device's connection; also the sender to whom the writer tells what became of messages."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._parser = Parser(STRANGER)
        self._loop = asyncio.get_running_loop()
        self._waiting = self._faults = 0
        self._slow = self.holding = self.ended = False
        self._heard_at = self._loop.time()
        self._patience_s = INTRODUCED_S
        self._timer: asyncio.TimerHandle | None = None
        self._until: asyncio.TimerHandle | None = None
        self.device: Device | None = None
        self.client = self._topic = ""

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by type
        self._timer = self._loop.call_later(self._patience_s, self._look_at_clock)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        try:
            for packet in self._parser.feed(data):
                self._take(packet)
                if self.ended:
                    return
        except Malformed:
            self.end()
        self._hold_or_go_on()

    def connection_lost(self, _why: Exception | None) -> None:
        self.ended = True
        for timer in (self._timer, self._until):
            if timer:
                timer.cancel()
        self._house.left(self)

    def pause_writing(self) -> None:
        self._slow = True
        self._hold_or_go_on()

    def resume_writing(self) -> None:
        self._slow = False
        self._hold_or_go_on()

    # What the writer tells.

    def stored(self, told: Sequence[int]) -> None:
        self._waiting -= len(told)
        if not self.ended:
            self._transport.write(b"".join([puback(packet) for packet in told if packet]))
            self._hold_or_go_on()

    def lost(self) -> None:
        self.end()

    def end(self) -> None:
        """Close at once; what is not acknowledged by now never will be on this connection."""
        if not self.ended:
            self.ended = True
            self._transport.abort()

    def go_on(self) -> None:
        """Read again, if nothing speaks against it."""
        self._hold_or_go_on()

    # Packets.

    def _take(self, packet: Packet) -> None:
        if type(packet) is Publish:
            self._publish(packet)
        elif isinstance(packet, Connect):
            self._connect(packet)
        elif self.device is None or packet == Kind.DISCONNECT:
            self._leave()
        elif isinstance(packet, Subscribe):
            self._subscribe(packet, self.device)
        elif packet == Kind.PINGREQ:
            self._transport.write(packets.PINGRESP)

    def _connect(self, told: Connect) -> None:
        if self.device is not None:
            raise Malformed("a second CONNECT")
        code = self._answer(told)
        if code != packets.ACCEPTED:
            self._transport.write(connack(code))
            self._leave()
            return
        self.client, self._parser.most = told.client, MOST
        self._patience_s = told.keep_alive * 1.5
        self._watch()
        self._house.entered(self)
        self._transport.write(connack(packets.ACCEPTED))

    def _answer(self, told: Connect) -> int:
        """Return the code of CONNACK (table 3.1); sets the device if it may come in."""
        if not told.protocol_known:
            return packets.WRONG_PROTOCOL
        if not told.client and not told.clean:
            return packets.WRONG_CLIENT
        if not self._house.writer.up:
            return packets.UNAVAILABLE
        self.device = self._admitted(told)
        return packets.ACCEPTED if self.device else packets.NOT_YOU

    def _admitted(self, told: Connect) -> Device | None:
        """Return the device of the certificate, or of user name and token; None if it may not come in."""
        tls = self._transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        if certificate and not told.password:
            return self._house.devices.certified(told.username or "", certificate)
        device = self._house.devices.admitted(told.username or "", told.password or b"")
        left_s = self._house.devices.left_s(device, told.password or b"") if device else None
        if left_s is not None:  # a token that was rotated: good for so long
            self._until = self._loop.call_later(left_s, self.end)
        return device

    def _publish(self, message: Publish) -> None:
        if self.device is None:
            raise Malformed("PUBLISH before CONNECT")
        device = self._house.devices.get(self.device.id) or self.device
        self._waiting += 1
        if message.topic != self._topic and not owned(device.id, message.topic):
            detail = "not below the device's own topic"
            self._find(device, message, Refused(FindingKind.FOREIGN_TOPIC, detail))
            self.end()
            return
        self._topic = message.topic
        try:
            speaker, readings = self._house.taking.readings(device, message.payload)
        except Refused as refused:
            self._find(device, message, refused)
        else:
            self._house.writer.put(Message(self, message.packet, speaker.id, readings))

    def _find(self, device: Device, message: Publish, refused: Refused) -> None:
        """Keep a message as a finding; it is acknowledged like readings, for repeating it would not help."""
        self._faults += 1
        if self._faults > FORGIVEN:
            self.end()
            return
        finding = self._house.taking.finding(device, message.topic, message.payload, refused)
        self._house.writer.put(Message(self, message.packet, device.id, finding=finding))

    def _subscribe(self, told: Subscribe, device: Device) -> None:
        if told.leave:
            self._transport.write(unsuback(told.packet))
            return
        codes = [0 if one.startswith(f"devices/{device.id}/") else 0x80 for one in told.filters]
        self._transport.write(suback(told.packet, codes))

    # Time and flow.

    def _leave(self) -> None:
        """Close after what was written has gone."""
        self.ended = True
        self._transport.close()

    def _watch(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._patience_s:
            self._timer = self._loop.call_later(self._patience_s, self._look_at_clock)

    def _look_at_clock(self) -> None:
        """End a connection that was silent for too long (section 3.1.2.10), or never said who it is."""
        left = self._heard_at + self._patience_s - self._loop.time()
        if self.holding:  # it cannot be heard
            left = max(left, self._patience_s)
        if self.device is None or left <= 0:
            self.end()
        else:
            self._timer = self._loop.call_later(left, self._look_at_clock)

    def _hold_or_go_on(self) -> None:
        """Read no more while too much waits to be stored, or answers are not fetched."""
        hold = self._slow or self._waiting >= WINDOW or self._house.writer.full
        if self.ended or hold == self.holding:
            return
        self.holding = hold
        if hold:
            self._transport.pause_reading()
            self._house.held(self)
        else:
            self._heard_at = self._loop.time()
            self._transport.resume_reading()
