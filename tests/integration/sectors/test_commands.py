"""`dothi import`, `replay` and `generate` as an operator calls them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

from dothi.config.city import Doors
from tests.support.servers import free_port


def dothi(doors: Doors, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    told = doors.settings
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOTHI_")} | {
        "DOTHI_DSN": told.dsn, "DOTHI_NODE": told.node, "DOTHI_BROKER_URL": told.broker_url,
        "DOTHI_MQTT_URL": told.mqtt_url, "DOTHI_CITY_KEY_FILE": told.city_key_file,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "dothi.config.cli", *words], env=environ | settings,
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


class TestImport:
    def test_brings_in_wards_without_any_folder(self, doors: Doors, api: httpx.Client) -> None:
        done = dothi(doors, "import", "wards")
        assert done.returncode == 0, done.stderr
        counts = re.search(r"AdministrativeArea: (\d+) new, (\d+) changed, (\d+) as they were", done.stdout)
        assert counts
        assert sum(map(int, counts.groups())) == 126
        found = api.get("entities", params={"type": "AdministrativeArea", "count": "true", "limit": 1})
        assert found.headers["NGSILD-Results-Count"] == "126"

    def test_names_the_file_that_is_missing(self, doors: Doors, tmp_path: Path) -> None:
        done = dothi(doors, "import", "hospitals", "--from", str(tmp_path))
        assert done.returncode == 1
        assert f"{tmp_path}/osm/hanoi_hospitals_osm_2024.geojson" in done.stderr

    def test_takes_of_a_folder_what_it_has(self, doors: Doors, tmp_path: Path) -> None:
        stops = tmp_path / "gtfs_hanoi" / "stops.txt"
        stops.parent.mkdir()
        stops.write_text(
            "stop_id,stop_name,stop_lat,stop_lon\n1,Bến,21.03,105.85\n2,,21,105\n", encoding="utf-8"
        )
        done = dothi(doors, "import", "all", "--from", str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert "GtfsStop: 1 new" in done.stdout
        assert "left out: stops.txt:3: stop_name is empty" in done.stdout
        assert "rows left out: 1" in done.stdout

    def test_says_when_the_broker_does_not_answer(self, doors: Doors) -> None:
        done = dothi(doors, "import", "wards", DOTHI_BROKER_URL=f"http://127.0.0.1:{free_port()}")
        assert done.returncode == 1
        assert "the broker does not answer" in done.stderr


class TestGenerate:
    def test_says_that_nobody_measured_it(self, doors: Doors) -> None:
        done = dothi(doors, "generate", "--hours", "0.5", "--past-only")
        assert done.returncode == 0, done.stderr
        assert "nobody measured them" in done.stdout
        assert int(done.stdout.rpartition("readings: ")[2].split()[0]) > 500
