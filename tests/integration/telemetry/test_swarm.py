"""
Many devices at once, and what ends under their load: what is acknowledged is stored, all of it, once.

The long forms, with ten thousand readings a second and as many devices, are those of test_load.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from dothi.config.supervisor import postgres
from tests.support.devices import Ingest, ingest, provided
from tests.support.mortal import mortal
from tests.support.servers import postgres_cluster
from tests.support.swarm import Swarm


@dataclass(frozen=True)
class Size:
    """How many devices send how many readings each, how many a second in all, within which patience."""

    devices: int
    each: int
    per_second: float
    patience_s: float

    @property
    def names(self) -> list[str]:
        return [f"d-{number}" for number in range(self.devices)]


LOAD = Size(devices=40, each=50, per_second=1_000, patience_s=60)
STORM = Size(devices=200, each=1, per_second=10_000, patience_s=120)


@contextlib.asynccontextmanager
async def swarm(port: int, size: Size) -> AsyncIterator[Swarm]:
    made = Swarm(port, size.names)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def stored(dsn: str) -> tuple[int, int]:
    """Return how many readings there are, and how many different ones."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "select count(*), count(distinct (series, value)) from telemetry.reading"
        ).fetchone()
    assert found
    return found


def acknowledged_are_stored(dsn: str, devices: Swarm) -> None:
    told = [(one.device, number) for one in devices.told for number in one.acknowledged]
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select device, value::integer from telemetry.reading join telemetry.series on number = series"
        ).fetchall()
    assert set(told) <= set(rows)


class TestKill:
    def test_of_ingest_under_load_loses_nothing(self, dsn: str, tmp_path: Path) -> None:
        size = LOAD
        provided(dsn, *size.names)

        async def act(running: list[Ingest]) -> None:
            async with swarm(running[0].port, size) as devices:
                await devices.all_connected(1, size.patience_s)
                load = asyncio.create_task(devices.load(0, size.each, size.per_second))
                for turn in range(3):
                    await devices.settled(size.each * (turn + 1) // 5, size.patience_s)
                    running[-1].kill()
                    acknowledged_are_stored(dsn, devices)
                    running.append(Ingest(dsn, tmp_path / "log", running[0].port))
                await load
                await devices.settled(size.each, size.patience_s)

        with ingest(dsn, tmp_path / "log") as door:
            running = [door]
            try:
                asyncio.run(act(running))
            finally:
                for one in running:
                    one.process.kill()
                    one.process.wait(20)
        assert stored(dsn) == (size.devices * size.each,) * 2

    def test_of_the_database_under_load_loses_nothing(self, tmp_path: Path) -> None:
        size = LOAD
        with postgres_cluster(fsync="on", full_page_writes="on") as cluster, mortal(cluster) as database:
            postgres.create_database(cluster, "ingest")
            dsn = cluster.dsn(postgres.SUPERUSER, "ingest")
            provided(dsn, *size.names)

            async def act(port: int) -> None:
                async with swarm(port, size) as devices:
                    await devices.all_connected(1, size.patience_s)
                    load = asyncio.create_task(devices.load(0, size.each, size.per_second))
                    await devices.settled(size.each // 5, size.patience_s)
                    database.kill()
                    await asyncio.sleep(0.5)
                    database.start()
                    await load
                    await devices.settled(size.each, size.patience_s)

            with ingest(dsn, tmp_path / "log") as door:
                asyncio.run(act(door.port))
            assert stored(dsn) == (size.devices * size.each,) * 2


class TestReconnectStorm:
    def test_lets_all_in_again(self, dsn: str, tmp_path: Path) -> None:
        """All devices come back at once after ingest was killed, and are heard."""
        size = STORM
        provided(dsn, *size.names)

        async def act(first: Ingest) -> None:
            async with swarm(first.port, size) as devices:
                await devices.all_connected(1, size.patience_s)
                first.kill()
                with ingest(dsn, tmp_path / "log", first.port):
                    await devices.all_connected(2, size.patience_s)
                    await devices.load(0, 1, size.per_second)
                    await devices.settled(1, size.patience_s)

        with ingest(dsn, tmp_path / "log") as door:
            asyncio.run(act(door))
        assert stored(dsn) == (size.devices, size.devices)
