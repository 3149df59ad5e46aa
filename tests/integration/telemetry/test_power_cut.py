"""
The power goes: what was acknowledged is there when it is back.

A library preloaded into PostgreSQL keeps its log as it was when the server last asked the disk for it. The
database after a cut is made of that and of what the disk had at the start: nothing that was only written.
"""

import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from bench.devices import devices_made

from dothi.config.supervisor import postgres
from tests.support.devices import ingest
from tests.support.holding import Load, holding, needs_compiler
from tests.support.mortal import Mortal, mortal
from tests.support.servers import postgres_cluster

pytestmark = needs_compiler
SOURCE = Path(__file__).parents[2] / "support/power.c"
SAFE = {"fsync": "on", "full_page_writes": "on", "checkpoint_timeout": "1d", "max_wal_size": "10GB"}
"""No checkpoint meanwhile: what lies behind the log is the disk of the start."""
SHORT = Load(devices=20, messages=5_000, per_second=2_000)
LONG = Load(devices=200, messages=300_000, per_second=10_000)
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Power:
    """The power of the machine of `cluster`: `kept` is what its disk has of the log, `first` what else."""

    cluster: postgres.Cluster
    database: Mortal
    folder: Path

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    @property
    def first(self) -> Path:
        return self.folder / "first"

    def begin(self) -> None:
        """Let the server begin anew on a disk whose every byte is known."""
        self.database.halt()
        library = self.folder / "power.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
        self.folder.chmod(0o755)
        self.kept.mkdir()
        self.kept.chmod(0o777)
        shutil.copytree(self.cluster.data, self.first)
        self.database.environ = {"LD_PRELOAD": str(library), "POWER_KEPT": str(self.kept)}
        self.database.start()

    def come_back(self) -> None:
        """Start the server that was killed with what the disk has, and nothing that was only written."""
        data, runtime = self.cluster.data, self.cluster.runtime
        assert (self.kept / "library.loaded").exists(), "nobody knows what the disk had"
        shutil.rmtree(data)
        shutil.copytree(self.first, data)
        for file in (one for one in self.kept.iterdir() if not one.suffix):
            shutil.copy(file, data / ("global" if file.name == "pg_control" else "pg_wal") / file.name)
        subprocess.run(["chown", "-R", f"{runtime.uid}:{runtime.gid}", data], check=True)
        self.database.environ = {}
        self.database.start()


def lost(tmp_path: Path, load: Load, **settings: str) -> tuple[int, int]:
    """Cut the power under load; return how many messages were acknowledged and how many of them are gone."""
    with (
        postgres_cluster(**SAFE) as cluster,
        mortal(cluster, **{**SAFE, **settings}) as database,
        tempfile.TemporaryDirectory() as folder,  # where the server's user may go
    ):
        power = Power(cluster, database, Path(folder))
        postgres.create_database(cluster, "power")
        dsn = cluster.dsn(postgres.SUPERUSER, "power")
        devices_made(dsn, load.devices)
        power.begin()
        first_ms = round(time.time() * 1000) - 3_600_000
        with ingest(dsn, tmp_path / "log") as door, holding(tmp_path, door.port, load, first_ms) as devices:
            devices.await_acknowledged(load.messages // 2, PATIENCE_S)
            database.kill()
            told = devices.told().acknowledged
        power.come_back()
        with psycopg.connect(dsn) as connection:
            rows = connection.execute(
                "select round(extract(epoch from at) * 1000)::bigint - %s from telemetry.reading", [first_ms]
            ).fetchall()
    return len(told), len(told.keys() - {number for (number,) in rows})


class TestPowerCut:
    @pytest.mark.parametrize(
        "load", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.long)]
    )
    def test_takes_nothing_that_was_acknowledged(self, tmp_path: Path, load: Load) -> None:
        acknowledged, gone = lost(tmp_path, load)
        assert acknowledged >= load.messages // 2
        assert gone == 0
        print(f"{acknowledged} acknowledged when the power went, {gone} of them gone")  # noqa: T201

    @pytest.mark.long
    def test_takes_what_no_disk_was_asked_for(self, tmp_path: Path) -> None:
        """The other way round: a server that does not wait for its disk loses, and it shows here."""
        acknowledged, gone = lost(tmp_path, SHORT, fsync="off")
        assert gone == acknowledged > 0
