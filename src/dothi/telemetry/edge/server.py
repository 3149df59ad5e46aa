"""The process that devices connect to."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from dothi.telemetry import digests, rollups
from dothi.telemetry.edge import http
from dothi.telemetry.edge.connection import INTRODUCED_S, Connection
from dothi.telemetry.edge.taking import Taking
from dothi.telemetry.keyframes import making
from dothi.telemetry.store.devices import Devices
from dothi.telemetry.store.writer import Writer, create_tables
from dothi.telemetry.tending import Tending

BACKLOG = 4_096


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
        self.writer.on_room = self._go_on

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
        for connection in held:
            connection.go_on()
            if connection.holding:
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
    """Where devices are taken: by MQTT, and by HTTP, MQTT under TLS and HTTPS where they are asked for."""

    mqtt: socket.socket
    http: socket.socket | None = None
    context: ssl.SSLContext | None = None
    mqtts: socket.socket | None = None
    https: socket.socket | None = None


async def serve(doors: Doors, listeners: Listeners, dsn: str) -> None:
    """Take devices, until cancelled. The database is there when this begins."""
    await create_tables(dsn)
    async with _running(doors, dsn), _listening(doors, listeners):
        try:
            await asyncio.Event().wait()
        finally:
            doors.end_all()


@contextlib.asynccontextmanager
async def _listening(doors: Doors, listeners: Listeners) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    context = listeners.context
    servers = [
        await loop.create_server(
            doors.connection, sock=listener, ssl=tls, backlog=BACKLOG,
            ssl_handshake_timeout=INTRODUCED_S if tls else None,
        )
        for listener, tls in ((listeners.mqtt, None), (listeners.mqtts, context)) if listener
    ]  # fmt: skip
    web = [
        asyncio.create_task(http.serve(doors, listener, tls))
        for listener, tls in ((listeners.http, None), (listeners.https, context)) if listener
    ]  # fmt: skip
    try:
        yield
    finally:
        for server in servers:
            server.close()
        for one in web:
            one.cancel()
        await asyncio.gather(*web, return_exceptions=True)


@contextlib.asynccontextmanager
async def _running(doors: Doors, dsn: str) -> AsyncIterator[None]:
    parts = (
        doors.writer.run(),
        doors.devices.run(),
        doors.tending.run(),
        rollups.keep(dsn),
        digests.keep(dsn, doors.writer.clock),
        making.keep(dsn, doors.writer.clock),
    )
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
