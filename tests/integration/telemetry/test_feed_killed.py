"""
The broker that feeds itself is killed while a device speaks: no reading is lost, and none is told twice.

The short form is `test_feed`: what is heard twice changes nothing.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.integration.telemetry.test_feed import twinned
from tests.support.devices import Ingest, sensor, until
from tests.support.servers import die_with_parent, free_port

BEGIN = datetime.now(UTC) - timedelta(hours=2)
COUNT = 300


class Broker:
    """`dothi broker --feed` on a port of its own; `killed` counts how often it was."""

    def __init__(self, dsn: str, output: Path) -> None:
        self.port, self.killed = free_port(), 0
        self._dsn, self._output = dsn, output
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dothi.config.cli", "broker", "--open", "--feed"]
        environ = {name: told for name, told in os.environ.items() if not name.startswith("DOTHI_")}
        with self._output.open("ab") as told:
            return subprocess.Popen(
                [*command, "--port", str(self.port)], env={**environ, "DOTHI_DSN": self._dsn},
                stdout=told, stderr=told,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
            )  # fmt: skip

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        self.killed += 1

    def begin_anew(self) -> None:
        self.kill()
        self.process = self._start()
        until(self.answers)

    def answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/-/alive", timeout=20).is_success
        return False


@contextlib.contextmanager
def fed(dsn: str, output: Path) -> Iterator[Broker]:
    running = Broker(dsn, output)
    try:
        until(running.answers)
        yield running
    finally:
        running.kill()


def past(dsn: str) -> list[float]:
    """Return what the entity's past says, in order of instants."""
    with psycopg.connect(dsn) as connection:
        told = connection.execute(
            "select value from context.history join context.attribute a on a.number = attribute"
            " where a.iri like '%/pm25' order by at, value"
        )
        return [row[0] for row in told]


def shown(dsn: str) -> float | None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select jsonb_path_query(attributes, '$.*[*] ? (exists(@.unitCode)).value')::float"
            " from context.entity where id like '%AirQualityObserved%'"
        ).fetchone()
        return row[0] if row else None


@pytest.mark.long
class TestKilled:
    def test_loses_no_reading_and_tells_none_twice(self, dsn: str, door: Ingest, tmp_path: Path) -> None:
        twinned(dsn)
        with fed(dsn, tmp_path / "broker.log") as broker, sensor(door.port, "s1") as device:
            numbers = []
            for number in range(COUNT):
                at = (BEGIN + timedelta(seconds=number)).timestamp()
                numbers.append(device.publish(f'[{{"n":"pm25","v":{number},"t":{at}}}]'))
                if number % 100 == 50:
                    until(lambda: past(dsn))
                    broker.begin_anew()
            device.await_acknowledged(*numbers)
            until(lambda: len(past(dsn)) >= COUNT)
            assert past(dsn) == list(range(COUNT))
            assert shown(dsn) == COUNT - 1
            assert broker.killed == 3
