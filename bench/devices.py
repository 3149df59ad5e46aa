"""What the benchmarks of telemetry share: devices with limits of quality, ingest, and their generator."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from tests.support.servers import die_with_parent

from bench.doors import PATIENCE_S, running
from dothi.telemetry.store.devices import provide
from dothi.telemetry.store.writer import create_tables
from dothi.telemetry.types import Measure, Profile

TOKEN = "0123456789abcdef0123456789abcdef"  # of a database that lives as long as the benchmark
LEVEL = Profile(
    "level", {"level": Measure("level", "m", "", 0.2, low=0, high=300, step=150, stuck_s=600, gap_s=3_600)}
)
"""A profile whose readings are held against range, step, gap and stuck."""
SOURCE = Path(__file__).with_name("mqtt_devices.c")


def devices_made(dsn: str, devices: int, profile: Profile = LEVEL) -> None:
    """Make the tables and device-0, device-1, .. of `profile` with TOKEN."""

    async def act() -> None:
        await create_tables(dsn)
        connection = await asyncpg.connect(dsn)
        tokens = {f"device-{number}": TOKEN.encode() for number in range(devices)}
        await provide(connection, profile, tokens, at=datetime.now(UTC))
        await connection.close()

    asyncio.run(act())


def running_ingest(dsn: str) -> contextlib.AbstractContextManager[int]:
    """Run ingest on the database `dsn`; the block is given its port once device-0 is let in."""
    return running("ingest", dsn, _answers)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
        return _lets_in(probe)
    return False


def _lets_in(probe: socket.socket) -> bool:
    """Tell whether ingest knows its devices and has its database."""
    name, token = b"device-0", TOKEN.encode()
    told = b"\0\4MQTT\4\xc2\0\0" + b"".join(len(one).to_bytes(2) + one for one in (b"probe", name, token))
    probe.sendall(bytes((0x10, len(told))) + told)
    return probe.recv(4) == b"\x20\x02\0\0"


@contextlib.contextmanager
def generator(folder: Path) -> Iterator[tuple[list[str], str]]:
    """Yield the command of the generator, built where there is a C compiler, and what it is written in."""
    compiler = shutil.which("cc")
    if compiler is None:
        yield [sys.executable, "-m", "bench.mqtt_devices"], "Python"
        return
    program = folder / "mqtt_devices"
    subprocess.run([compiler, "-O2", "-o", str(program), str(SOURCE)], check=True)
    yield [str(program)], "C"


def started(*command: str) -> "subprocess.Popen[str]":
    """Start a generator and return it when it is ready."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - as the servers that it works with
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "ready\n", "the devices are not let in"
    return process


def ended(process: "subprocess.Popen[str]", messages: int) -> None:
    """Wait until a generator has done all."""
    assert process.stdout
    assert process.stdout.readline() == f"{messages}\n", "not everything is acknowledged"
    assert process.wait(PATIENCE_S) == 0


def go(process: "subprocess.Popen[str]") -> None:
    """Let a generator begin."""
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()
