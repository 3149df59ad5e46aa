"""Ingest as a process of its own, and devices that reach it through paho-mqtt."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.writer import create_tables
from dothi.telemetry.types import Measure, Profile
from tests.support.packets import TOKEN as TOKEN
from tests.support.packets import is_let_in
from tests.support.servers import die_with_parent, free_port
from tests.support.waiting import until

AIR = Profile(
    "air",
    {
        "pm25": Measure("pm25", "ug/m3", "air.pm25"),
        "temperature": Measure("temperature", "Cel", "temp"),
        "door": Measure("door", "", "door"),
    },
    "time",
)


def provided(dsn: str, *devices: str, token: bytes = TOKEN) -> None:
    """Make the tables, and devices that measure the air and have `token`."""

    async def act() -> None:
        await create_tables(dsn)
        connection = await asyncpg.connect(dsn)
        try:
            await provide(connection, AIR, dict.fromkeys(devices, token), at=datetime.now(UTC))
        finally:
            await connection.close()

    asyncio.run(act())


def newcomer(dsn: str, door: "Ingest") -> str:
    """Make a device that nobody has heard of, wait until the door knows it, and return its id."""
    name = f"d-{uuid4().hex[:12]}"

    async def act() -> None:
        connection = await asyncpg.connect(dsn)
        await provide(connection, AIR, {name: TOKEN}, at=datetime.now(UTC))
        await connection.close()

    asyncio.run(act())
    until(lambda: is_let_in(door.port, name))
    return name


class Ingest:
    """`dothi ingest` on a port of loopback, on the database `dsn`."""

    def __init__(self, dsn: str, output: Path, port: int = 0, *options: str) -> None:
        self.port, self.http = port or free_port(), free_port()
        command = [sys.executable, "-m", "dothi.config.cli", "ingest", "--port", str(self.port)]
        command += ["--http", str(self.http), *options]
        environ = {name: told for name, told in os.environ.items() if not name.startswith("DOTHI_")}
        with output.open("ab") as told:
            self.process = subprocess.Popen(
                command, env={**environ, "DOTHI_DSN": dsn}, stdout=told, stderr=told,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
            )  # fmt: skip
        self._output = output

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)

    def await_door(self) -> None:
        """Wait until somebody listens."""
        until(lambda: self._open() or self.process.poll() is not None)
        assert self.process.poll() is None, self._output.read_text()

    def _open(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@contextlib.contextmanager
def ingest(dsn: str, output: Path, port: int = 0, *options: str) -> Iterator[Ingest]:
    """Run ingest while the block lasts."""
    running = Ingest(dsn, output, port, *options)
    try:
        running.await_door()
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()


class Sensor:
    """A device with paho-mqtt; connects again by itself and sends again what was not acknowledged."""

    def __init__(self, port: int, device: str, token: bytes = TOKEN, *, clean: bool = False) -> None:
        self.device = device
        self.acknowledged: set[int] = set()
        self.codes: list[str] = []
        self.drops = 0
        self._lock = threading.Lock()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, f"{device}-client", clean_session=clean, protocol=mqtt.MQTTv311
        )
        self._client.username_pw_set(device, token.decode())
        self._client.max_inflight_messages_set(1000)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_publish = self._published
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._dropped
        self._client.connect_async("127.0.0.1", port, keepalive=30)
        self._client.loop_start()

    def _published(
        self, _client: mqtt.Client, _data: Any, mid: int, _code: ReasonCode, _more: Properties
    ) -> None:
        with self._lock:
            self.acknowledged.add(mid)

    def _connected(self, _client: mqtt.Client, _data: Any, _flags: Any, code: ReasonCode, _more: Any) -> None:
        self.codes.append(str(code))

    def _dropped(self, *_told: Any) -> None:
        self.drops += 1

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, payload: bytes | str, topic: str = "", qos: int = 1) -> int:
        """Send a message and return its number, under which it is acknowledged."""
        told = self._client.publish(topic or f"devices/{self.device}/readings", payload, qos)
        assert told.rc in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN)
        return told.mid

    def subscribe(self, topic: str) -> None:
        self._client.subscribe(topic)

    def await_acknowledged(self, *numbers: int) -> None:
        until(lambda: self.acknowledged.issuperset(numbers))

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextlib.contextmanager
def sensor(port: int, device: str, token: bytes = TOKEN, *, clean: bool = False) -> Iterator[Sensor]:
    """Connect a device while the block lasts."""
    made = Sensor(port, device, token, clean=clean)
    try:
        yield made
    finally:
        made.close()


def values(dsn: str, device: str) -> list[float]:
    """Return the numbers that are stored of a device, in order of their instants."""
    with psycopg.connect(dsn) as connection:
        told = connection.execute(
            "select value from telemetry.reading join telemetry.series on series.number = series"
            " where device = %s order by at, value", [device]
        )  # fmt: skip
        return [row[0] for row in told]


def findings(dsn: str, device: str) -> list[str]:
    """Return the kinds of the findings about a device, in their order."""
    with psycopg.connect(dsn) as connection:
        told = connection.execute(
            "select kind from telemetry.finding where device = %s order by number", [device]
        )
        return [row[0] for row in told]
