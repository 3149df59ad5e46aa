"""The process that devices connect to."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from dothi.telemetry import digests, rollups
from dothi.telemetry.edge import http
from dothi.telemetry.edge.connection import INTRODUCED_S, Connection
from dothi.telemetry.edge.encrypted import BACKLOG, Context, opened
from dothi.telemetry.edge.parts import Part, anew, first_end, side_by_side
from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.keyframes import making
from dothi.telemetry.store.devices import Devices
from dothi.telemetry.store.writer import Writer, create_tables
from dothi.telemetry.tending import Tending


@dataclass
class Doors:
    """What all connections share, and who is connected."""

    devices: Devices
    writer: Writer
    taking: Taking
    tending: Tending
    _clients: dict[tuple[str, str], Connection] = field(default_factory=dict)
    _all: set[Connection] = field(default_factory=set)
    _held: set[Connection] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.devices.on_gone = self._end_device
        self.devices.on_change = self.writer.keeper.devices_changed
        self.writer.keeper.devices = lambda: self.devices.known
        self.taking = replace(self.taking, known=self.devices.get)
        self.writer.on_room = self.writer.keeper.on_copy = self._go_on

    def connection(self) -> Connection:
        """Return what serves a new connection."""
        return Connection(self)

    def entered(self, connection: Connection) -> None:
        """Hear that a device has come in; another connection of the same client ends (section 3.1.4)."""
        assert connection.device
        self._all.add(connection)
        if connection.client:
            key = (connection.device.id, connection.client)
            if before := self._clients.get(key):
                before.end()
            self._clients[key] = connection

    def left(self, connection: Connection) -> None:
        """Hear that a connection has ended."""
        self._all.discard(connection)
        self._held.discard(connection)
        key = (connection.device.id if connection.device else "", connection.client)
        if self._clients.get(key) is connection:
            del self._clients[key]

    def held(self, connection: Connection) -> None:
        """Hear that a connection is no longer read from."""
        self._held.add(connection)

    def told(self) -> dict[str, object]:
        """Return how it stands: what waits, who is connected, not read from, and does not keep up with it."""
        return {
            "stores": self.writer.up, "waiting": self.writer.waiting, "full": self.writer.full,
            "connections": len(self._all), "held": len(self._held), "behind": sorted(self.tending.behind),
            "clock_behind_s": self.writer.keeper.clock_behind.total_seconds(),
        }  # fmt: skip

    def _go_on(self) -> None:
        held, self._held = self._held, set()
        self._go_on_one_by_one(held)

    def _go_on_one_by_one(self, held: set[Connection]) -> None:
        """Read from one again, and from the next in another turn: the writer goes on between them."""
        while held:
            connection = held.pop()
            connection.go_on()
            if not connection.holding:
                asyncio.get_running_loop().call_soon(self._go_on_one_by_one, held)
                return
            if not connection.ended:
                self._held.add(connection)

    def _end_device(self, device: str) -> None:
        for connection in [one for one in self._all if one.device and one.device.id == device]:
            connection.end()

    def end_all(self) -> None:
        """End every connection."""
        for connection in list(self._all):
            connection.end()


@dataclass(frozen=True)
class Listeners:
    """Where devices are taken: on loopback by MQTT and maybe HTTP; at ports of every address by TLS alone."""

    mqtt: socket.socket
    http: socket.socket | None = None
    mqtts: int | None = None
    https: int | None = None
    context: Context | None = None


async def serve(doors: Doors, listeners: Listeners, dsn: str) -> None:
    """Take devices, until cancelled; raises what ends a part that they need. The database is there."""
    await create_tables(dsn)
    async with side_by_side(*_parts(doors, dsn)) as parts, side_by_side(*_open(doors, listeners)) as open_:
        try:
            await first_end(*parts, *open_)
        finally:
            doors.end_all()


def _parts(doors: Doors, dsn: str) -> Iterator[Part]:
    """Yield what runs behind the doors: what stores, and what can fail without anybody being turned away."""
    yield doors.writer.run()
    yield doors.devices.run()
    yield anew("the care for consumers", doors.tending.run)
    yield anew("the rollups", lambda: rollups.keep(dsn))
    yield anew("the digests", lambda: digests.keep(dsn, doors.writer.clock))
    yield anew("the keyframes", lambda: making.keep(dsn, doors.writer.clock))


def _open(doors: Doors, listeners: Listeners) -> Iterator[Part]:
    by_mqtt, by_http = partial(_mqtt, doors), partial(http.serve, doors)
    yield by_mqtt(listeners.mqtt)
    if listeners.http:
        yield by_http(listeners.http)
    for port, by in ((listeners.mqtts, by_mqtt), (listeners.https, by_http)):
        if port and listeners.context:
            yield opened(port, listeners.context, by)


async def _mqtt(doors: Doors, listener: socket.socket, context: ssl.SSLContext | None = None) -> None:
    server = await asyncio.get_running_loop().create_server(
        doors.connection, sock=listener, ssl=context, backlog=BACKLOG,
        ssl_handshake_timeout=INTRODUCED_S if context else None,
    )  # fmt: skip
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
