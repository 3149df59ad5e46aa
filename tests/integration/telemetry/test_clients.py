"""
Clients that others wrote, at the doors of devices: mosquitto_pub, mosquitto_sub, curl.

paho speaks in the other tests of this folder, the generator in C in `bench mqtt_ingest`, which `test_bench`
runs.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from dothi.config.supervisor import postgres
from tests.support.certificates import Authority
from tests.support.devices import TOKEN, findings, ingest, provided, values
from tests.support.servers import free_port
from tests.support.waiting import PATIENCE_S, until

mosquitto = pytest.mark.skipif(
    not (shutil.which("mosquitto_pub") and shutil.which("mosquitto_sub")),
    reason="NO MOSQUITTO: its clients did not try the door (apt-get install mosquitto-clients)",
)
curl = pytest.mark.skipif(not shutil.which("curl"), reason="NO CURL: it did not try the door")
GOOD = '[{"n":"pm25","v":%d,"t":%d}]'
FIRST_S = round(time.time()) - 3_600


@dataclass(frozen=True)
class Place:
    """Ingest with a door by TLS, and who vouches for it: the authority `trusted`, and not `strange`."""

    dsn: str
    mqtt: int
    tls: int
    http: int
    trusted: Path
    strange: Path

    def mosquitto(
        self, what: str, *more: str, said: str = "", token: str = TOKEN.decode()
    ) -> "subprocess.CompletedProcess[str]":
        """Run a client of mosquitto as the device `s1`."""
        words = [f"mosquitto_{what}", "-h", "localhost", "-V", "mqttv311", "-i", uuid4().hex, "-u", "s1"]
        return subprocess.run(
            [*words, "-P", token, *more], input=said, text=True, timeout=PATIENCE_S, capture_output=True,
            check=False,
        )  # fmt: skip

    def curl(self, *more: str, device: str = "s2", token: str = TOKEN.decode(), said: str = "") -> int:
        """Post with curl and return the status of the answer."""
        url = f"http://localhost:{self.http}/devices/{device}/readings"
        words = [
            "curl",
            "-sS",
            "--path-as-is",
            "-o",
            "-",
            "-w",
            "\n%{http_code}",
            "-H",
            f"Authorization: Bearer {token}",
        ]
        done = subprocess.run(
            [*words, "--data-binary", "@-", *more, url], input=said, text=True, timeout=PATIENCE_S,
            capture_output=True, check=True,
        )  # fmt: skip
        return int(done.stdout.rpartition("\n")[2])


@pytest.fixture(scope="module")
def place(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    name, folder = f"dothi_{uuid4().hex[:12]}", tmp_path_factory.mktemp("clients")
    postgres.create_database(cluster, name)
    dsn = cluster.dsn(postgres.SUPERUSER, name)
    provided(dsn, "s1", "s2")
    authority = Authority(folder)
    pair = authority.made("door")
    tls = free_port()
    told = ("--tls", str(tls), "--certificate", str(pair.certificate), "--key", str(pair.key))
    with ingest(dsn, folder / "log", 0, *told) as door:
        here = Place(
            dsn, door.port, tls, door.http, authority.certificate, Authority(folder, "other").certificate
        )
        until(lambda: here.curl(said="{") == 422)
        yield here


@mosquitto
class TestMosquitto:
    def test_publishes_and_ends_when_all_is_stored(self, place: Place) -> None:
        lines = "\n".join(GOOD % (number, FIRST_S + number) for number in range(100))
        port = ("-p", str(place.mqtt), "-q", "1", "-t", "devices/s1/readings")
        assert place.mosquitto("pub", *port, "-l", said=lines).returncode == 0
        told = [value for value in values(place.dsn, "s1") if value < 100]  # others of this file say more
        assert told == list(range(100))

    def test_is_told_that_its_token_is_wrong(self, place: Place) -> None:
        said = ("-p", str(place.mqtt), "-t", "devices/s1/x", "-m", "{}")
        assert "bad user name or password" in place.mosquitto("pub", *said, token="no").stderr

    def test_hears_of_its_own_topics_only(self, place: Place) -> None:
        port = ("-p", str(place.mqtt), "-E", "-W", "10")
        assert place.mosquitto("sub", *port, "-t", "devices/s1/orders").stderr == ""
        for topic in ("devices/#", "#", "devices/s2/orders"):
            assert "denied" in place.mosquitto("sub", *port, "-t", topic).stderr

    def test_publishes_by_tls_to_a_door_that_it_can_trust(self, place: Place) -> None:
        said = ("-q", "1", "-t", "devices/s1/readings", "-m", GOOD % (500, FIRST_S + 500))
        port = ("-p", str(place.tls), *said)
        assert place.mosquitto("pub", *port, "--cafile", str(place.trusted)).returncode == 0
        assert values(place.dsn, "s1")[-1] == 500
        told = place.mosquitto("pub", *port, "--cafile", str(place.strange))
        assert (told.returncode != 0, "TLS error" in told.stderr) == (True, True), told
        assert place.mosquitto("pub", *port).returncode != 0  # without TLS


@curl
class TestCurl:
    def test_posts_readings_of_a_known_length_and_of_none(self, place: Place) -> None:
        assert place.curl(said=GOOD % (1, FIRST_S + 1)) == 204
        assert place.curl("-H", "Transfer-Encoding: chunked", said=GOOD % (2, FIRST_S + 2)) == 204
        assert place.curl("-H", "Expect: 100-continue", said=GOOD % (3, FIRST_S + 3)) == 204
        assert values(place.dsn, "s2") == [1, 2, 3]

    def test_is_told_what_is_wrong(self, place: Place) -> None:
        before = len(findings(place.dsn, "s2"))
        assert place.curl(said=json.dumps({"air": {"pm25": "much"}})) == 422
        assert len(findings(place.dsn, "s2")) == before + 1
        assert place.curl(said=GOOD % (4, FIRST_S), token="no") == 401
        assert place.curl(said=GOOD % (4, FIRST_S), device="s1/readings/../../s2") == 404
        assert place.curl(said="x" * 300_000) == 413
        assert place.curl("-H", "Transfer-Encoding: chunked", said="x" * 300_000) == 413
