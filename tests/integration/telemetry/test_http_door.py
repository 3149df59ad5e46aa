"""The door by HTTP: 204 means stored; everything else says what is wrong."""

import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from dothi.config.supervisor import postgres
from dothi.context.api import wire
from tests.integration.telemetry.test_acknowledgment import message, stalled
from tests.support.devices import TOKEN, Ingest, findings, ingest, newcomer, provided, values
from tests.support.documents import EVERY, keeps_to_its_document
from tests.support.packets import connect, dial, heard, is_let_in
from tests.support.waiting import PATIENCE_S, until

MATRIX = tomllib.loads((Path(__file__).parents[2] / "architecture/authority_matrix.toml").read_text("utf-8"))[
    "ingest"
]
CONFIG = Path(__file__).with_name("schemathesis.toml")
OTHER = b"another-devices-token-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN.decode()}"}


@pytest.fixture(scope="module")
def dsn(cluster: postgres.Cluster) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    told = cluster.dsn(postgres.SUPERUSER, name)
    provided(told, "s1", "s2")
    provided(told, "s3", token=OTHER)
    return told


@pytest.fixture(scope="module")
def door(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    """The door of all tests of this module; each has a device of its own."""
    with ingest(dsn, tmp_path_factory.mktemp("door") / "log") as running:
        until(lambda: is_let_in(running.port, "s1"))
        yield running


@pytest.fixture
def own(dsn: str, door: Ingest) -> str:
    return newcomer(dsn, door)


@pytest.fixture(scope="module")
def web(door: Ingest) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{door.http}", timeout=60) as client:
        yield client


def post(web: httpx.Client, content: str, device: str, **headers: str) -> httpx.Response:
    return web.post(f"/devices/{device}/readings", content=content, headers=headers or BEARER)


class TestReadings:
    def test_are_stored_when_204_comes_and_once(self, dsn: str, web: httpx.Client, own: str) -> None:
        first, second = message(1), message(2)
        assert [post(web, one, own).status_code for one in (first, second, first)] == [204] * 3
        assert values(dsn, own) == [1, 2]

    def test_are_not_answered_before_the_commit(self, dsn: str, web: httpx.Client, own: str) -> None:
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(post(web, message(1), own).status_code))
        with stalled(dsn) as held_up:
            asking.start()
            until(held_up)
            assert not answers
            with httpx.Client(base_url=web.base_url) as other:
                assert other.get("/-/alive").json()["stores"]
        asking.join(PATIENCE_S)
        assert answers == [204]

    def test_that_are_none_become_a_finding_and_an_answer(
        self, dsn: str, web: httpx.Client, own: str
    ) -> None:
        answer = post(web, '[{"n":"rain","v":1}]', own)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert "unmeasured: rain is nothing that air measures" in answer.json()["detail"]
        assert findings(dsn, own) == ["unmeasured"]


class TestDoor:
    def test_lets_in_with_the_token_of_the_device_only(self, dsn: str, web: httpx.Client, own: str) -> None:
        assert post(web, message(1), own, Authorization="Bearer no").status_code == 401
        assert post(web, message(1), own, Authorization=f"Basic {TOKEN.decode()}").status_code == 401
        assert post(web, message(1), "s9").status_code == 401
        assert values(dsn, own) == []

    def test_is_shut_to_a_revoked_device(self, dsn: str, web: httpx.Client, own: str) -> None:
        with psycopg.connect(dsn) as connection:
            connection.execute("update telemetry.device set revoked_at = now() where id = %s", [own])
        until(lambda: post(web, message(1), own).status_code == 401)

    def test_says_what_else_is_wrong(self, web: httpx.Client) -> None:
        assert web.get("/devices/s1/readings").status_code == 405
        assert web.get("/").status_code == 404
        assert post(web, "[" + " " * 300_000 + "]", "s1").status_code == 413

    def test_tells_strangers_only_whether_it_stores(self, web: httpx.Client) -> None:
        assert "connections" in web.get("/-/alive").json()
        strange = web.get("/-/alive", headers={"X-Forwarded-For": "203.0.113.9"})
        assert (strange.status_code, strange.json()) == (200, {"stores": True})


class TestDocument:
    @pytest.mark.parametrize(
        ("phases", "examples"),
        [("examples,fuzzing", 5), pytest.param(EVERY, 1_000, marks=pytest.mark.long)],
        ids=["short", "long"],
    )
    def test_is_kept_to(self, door: Ingest, tmp_path: Path, phases: str, examples: int) -> None:
        token = ("--header", f"Authorization: {BEARER['Authorization']}")
        keeps_to_its_document(
            door.http, CONFIG, tmp_path, *token, phases=phases, examples=examples, seed=int(time.time())
        )


class TestMatrix:
    def test_says_how_each_is_answered(self, door: Ingest, web: httpx.Client) -> None:
        assert post(web, message(1), "s3", Authorization=f"Bearer {OTHER.decode()}").status_code == 204
        for asked, told in MATRIX.items():
            method, place = asked.split(" ")
            for token, code in zip((TOKEN, OTHER, b""), told.split(), strict=True):
                if method == "CONNECT":
                    found = connacked(door, place, token)
                else:
                    bearer = {"Authorization": f"Bearer {token.decode()}"} if token else {}
                    found = web.request(method, place, content=message(1), headers=bearer).status_code
                assert found == int(code), (asked, token)


def connacked(door: Ingest, user: str, token: bytes) -> int:
    """Return the code of CONNACK."""
    with dial(door.port) as connection:
        connection.sendall(connect(user, token=token))
        return heard(connection, 4)[3]


class TestSlowness:
    """Whoever never comes to the point holds no connection, and so nobody else up."""

    def test_of_a_head_without_end_is_refused(self, door: Ingest) -> None:
        with socket.create_connection(("127.0.0.1", door.http), PATIENCE_S) as endless:
            endless.sendall(b"POST /devices/s1/readings HTTP/1.1\r\n")
            with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as it happens
                endless.sendall(b"a: b\r\n" * 5_000_000)

    @pytest.mark.long
    @pytest.mark.parametrize("said", [b"", b"POST /devices/s1/readings HTTP/1.1\r\nHost: x\r\n"])
    def test_of_a_head_that_does_not_come_ends(self, door: Ingest, said: bytes) -> None:
        with socket.create_connection(("127.0.0.1", door.http), 2 * wire.WAIT_S) as slow:
            slow.sendall(said)
            assert slow.recv(10) == b""
