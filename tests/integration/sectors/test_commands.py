"""`dothi import`, `replay` and `generate` as an operator calls them."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest

from dothi.config import cli
from dothi.config.city import Doors
from dothi.config.environment import environment
from tests.integration.sectors.conftest import told_by
from tests.support.servers import free_port

SCHOOLS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "id": "chu-van-an", "properties": {"name": "Chu Văn An", "schoolLevel": "upper"},
         "geometry": {"type": "Point", "coordinates": [105.8352, 21.0432]}},
        {"type": "Feature", "properties": {"name": "No id"}, "geometry": None},
        {"type": "Feature", "id": "x", "properties": {"name": "X", "color": "red"}, "geometry": None},
    ],
}  # fmt: skip


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Dothi = Callable[..., Done]


@pytest.fixture
def dothi(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Dothi]:
    """Run a command in this process, on the database to which Django is connected."""

    def run(*words: str, **settings: str) -> Done:
        told = told_by(doors) | settings
        for name in [name for name in os.environ if name.startswith("DOTHI_")]:
            monkeypatch.delenv(name)
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        environment.cache_clear()
        code = cli.main(words)
        return Done(code, *capsys.readouterr())

    yield run
    monkeypatch.undo()
    environment.cache_clear()  # what settings say is read but once


def import_of(doors: Doors, program: str) -> dict[str, Any]:
    """Return what the ledger says of the last import of something."""
    query = (
        "select convert_from(body, 'UTF8') from ledger_entry where act = 'devices.import'"
        " and convert_from(body, 'UTF8')::jsonb ->> 'basis' = %s order by id desc limit 1"
    )
    with psycopg.connect(doors.settings.dsn) as connection:
        row = connection.execute(query, [program]).fetchone()
    assert row
    return dict(json.loads(row[0]))


class TestImport:
    def test_brings_in_wards_without_any_folder(self, doors: Doors, api: httpx.Client) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "dothi.config.cli", "import", "wards"], env=os.environ | told_by(doors),
            capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        counts = re.search(r"AdministrativeArea: (\d+) new, (\d+) changed, (\d+) as they were", done.stdout)
        assert counts
        assert sum(map(int, counts.groups())) == 126
        found = api.get("entities", params={"type": "AdministrativeArea", "count": "true", "limit": 1})
        assert found.headers["NGSILD-Results-Count"] == "126"

    def test_names_the_file_that_is_missing(self, dothi: Dothi, tmp_path: Path) -> None:
        done = dothi("import", "hospitals", "--from", str(tmp_path))
        assert done.code == 1
        assert f"{tmp_path}/osm/hanoi_hospitals_osm_2024.geojson" in done.err

    def test_takes_of_a_folder_what_it_has(self, dothi: Dothi, doors: Doors, tmp_path: Path) -> None:
        stops = tmp_path / "gtfs_hanoi" / "stops.txt"
        stops.parent.mkdir()
        stops.write_text(
            "stop_id,stop_name,stop_lat,stop_lon\n1,Bến,21.03,105.85\n2,,21,105\n", encoding="utf-8"
        )
        done = dothi("import", "all", "--from", str(tmp_path))
        assert done.code == 0, done.err
        assert "GtfsStop: 1 new" in done.out
        assert "left out: stops.txt:3: stop_name is empty" in done.out
        assert "rows left out: 1" in done.out
        facts = import_of(doors, "import stops")["facts"]
        assert facts["files"] == {"gtfs_hanoi/stops.txt": hashlib.sha256(stops.read_bytes()).hexdigest()}
        assert facts["holds"] == {"devices": 0, "entities": 1, "readings": 0, "left_out": 1}
        assert facts["operator"]

    def test_brings_in_things_of_any_model(
        self, dothi: Dothi, doors: Doors, api: httpx.Client, tmp_path: Path
    ) -> None:
        file = tmp_path / "schools.geojson"
        file.write_text(json.dumps(SCHOOLS), encoding="utf-8")
        done = dothi("import", "features", "--type", "School", "--from", str(file))
        assert done.code == 0, done.err
        assert "School: 1 new" in done.out
        assert "schools.geojson:2: it has no id" in done.out
        assert "schools.geojson:3: School has no color" in done.out
        [found] = api.get("entities", params={"type": "School"}).json()
        assert (found["name"]["value"], found["schoolLevel"]["value"]) == ("Chu Văn An", "upper")
        assert "inArea" in found
        assert list(import_of(doors, "import features School")["facts"]["files"]) == ["schools.geojson"]

    def test_of_features_asks_which_type_and_which_file(self, dothi: Dothi) -> None:
        assert dothi("import", "features", "--type", "Teapot").code == 2
        assert "GeoJSON" in dothi("import", "features", "--type", "School").err

    def test_says_when_the_broker_does_not_answer(self, dothi: Dothi) -> None:
        done = dothi("import", "wards", DOTHI_BROKER_URL=f"http://127.0.0.1:{free_port()}")
        assert done.code == 1
        assert "the broker does not answer" in done.err


class TestGenerate:
    def test_says_that_nobody_measured_it(self, dothi: Dothi, doors: Doors) -> None:
        done = dothi("generate", "--hours", "0.5", "--past-only")
        assert done.code == 0, done.err
        assert "nobody measured them" in done.out
        assert int(done.out.rpartition("readings: ")[2].split()[0]) > 500
        facts = import_of(doors, "generate, seed 1")["facts"]
        assert facts["files"] == {}
        assert facts["holds"]["devices"] > 126
