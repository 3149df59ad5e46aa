"""
The disk of PostgreSQL is full, really: what is acknowledged is stored, and it goes on when there is room.

The short form is test_database_gone, where the database only says so.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from bench.devices import devices_made

from dothi.config.supervisor import postgres
from tests.support.devices import ingest
from tests.support.holding import Holding, Load, holding, needs_compiler
from tests.support.mortal import Mortal, mortal
from tests.support.servers import running_in
from tests.support.waiting import until

pytestmark = [pytest.mark.long, needs_compiler]
SMALL = {"fsync": "on", "full_page_writes": "on", "max_wal_size": "64MB", "min_wal_size": "32MB"}
LOAD = Load(devices=100, messages=150_000, per_second=10_000)
SIZE_MB, LEFT_MB = 400, 24
PATIENCE_S = 150.0
ROWS = "select round(extract(epoch from at) * 1000)::bigint - %s from telemetry.reading order by at"


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of its own, in memory."""
    place = Path(tempfile.mkdtemp(prefix="dothi-disk-"))
    place.chmod(0o755)
    told = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(told, check=False, capture_output=True).returncode != 0:
        place.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


def fill(disk: Path) -> Path:
    """Leave little room; returns what takes the rest."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - LEFT_MB * 1_000_000)
    return ballast


def refused(devices: Holding, database: Mortal) -> int:
    """Wait until the door drops who speaks, or the server ended itself; returns how many are acknowledged."""
    until(lambda: len(devices.told().let_in) > LOAD.devices or not database.answers())
    return len(devices.told().acknowledged)


def begin_anew(database: Mortal) -> None:
    """Start the server where it ended itself, as the supervisor would."""
    if not database.answers():
        database.start()


class TestDiskFull:
    def test_takes_nothing_that_was_acknowledged(self, disk: Path, tmp_path: Path) -> None:
        home = disk / "home"
        home.mkdir()
        first_ms = round(time.time() * 1000) - 3_600_000
        with running_in(home, **SMALL) as cluster, mortal(cluster, **SMALL) as database:
            postgres.create_database(cluster, "full")
            dsn = cluster.dsn(postgres.SUPERUSER, "full")
            devices_made(dsn, LOAD.devices)
            with (
                ingest(dsn, tmp_path / "log") as door,
                holding(tmp_path, door.port, LOAD, first_ms) as devices,
            ):
                devices.await_acknowledged(LOAD.messages // 10, PATIENCE_S)
                ballast = fill(disk)
                stopped_at = refused(devices, database)
                assert stopped_at < LOAD.messages, "the disk was never full"
                ballast.unlink()
                begin_anew(database)
                devices.await_acknowledged(LOAD.messages, PATIENCE_S)
            with psycopg.connect(dsn) as connection:
                rows = connection.execute(ROWS, [first_ms]).fetchall()
        assert rows == [(number,) for number in range(LOAD.messages)]
        print(f"the disk was full after {stopped_at} of {LOAD.messages}, which are all there")  # noqa: T201
