"""The door by HTTP: 204 means stored; everything else says what is wrong."""

import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.integration.telemetry.test_acknowledgment import message, stalled
from tests.integration.telemetry.test_doors import dial, field, heard
from tests.support.devices import TOKEN, Ingest, findings, provided, until, values

MATRIX = tomllib.loads((Path(__file__).parents[2] / "architecture/authority_matrix.toml").read_text("utf-8"))[
    "ingest"
]
OTHER = b"another-devices-token-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN.decode()}"}


@pytest.fixture
def web(door: Ingest) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{door.http}", timeout=60) as client:
        until(lambda: alive(client))
        until(lambda: client.post("/devices/s2/readings", content="{", headers=BEARER).status_code == 422)
        yield client


def alive(client: httpx.Client) -> bool:
    try:
        return client.get("/-/alive").status_code == 200
    except httpx.TransportError:
        return False


def post(web: httpx.Client, content: str, device: str = "s1", **headers: str) -> httpx.Response:
    return web.post(f"/devices/{device}/readings", content=content, headers=headers or BEARER)


class TestReadings:
    def test_are_stored_when_204_comes_and_once(self, dsn: str, web: httpx.Client) -> None:
        first, second = message(1), message(2)
        assert [post(web, one).status_code for one in (first, second, first)] == [204] * 3
        assert values(dsn, "s1") == [1, 2]

    def test_are_not_answered_before_the_commit(self, dsn: str, web: httpx.Client) -> None:
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(post(web, message(1)).status_code))
        with stalled(dsn):
            asking.start()
            time.sleep(1)
            assert not answers
            with httpx.Client(base_url=web.base_url) as other:
                assert other.get("/-/alive").json()["stores"]
        asking.join(30)
        assert answers == [204]

    def test_that_are_none_become_a_finding_and_an_answer(self, dsn: str, web: httpx.Client) -> None:
        answer = post(web, '[{"n":"rain","v":1}]')
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert "unmeasured: rain is nothing that air measures" in answer.json()["detail"]
        assert findings(dsn, "s1") == ["unmeasured"]


class TestDoor:
    def test_lets_in_with_the_token_of_the_device_only(self, dsn: str, web: httpx.Client) -> None:
        assert post(web, message(1), Authorization="Bearer no").status_code == 401
        assert post(web, message(1), Authorization=f"Basic {TOKEN.decode()}").status_code == 401
        assert post(web, message(1), "s9").status_code == 401
        with psycopg.connect(dsn) as connection:
            connection.execute("update telemetry.device set revoked_at = now() where id = 's1'")
        until(lambda: post(web, message(1)).status_code == 401)
        assert values(dsn, "s1") in ([], [1])

    def test_says_what_else_is_wrong(self, web: httpx.Client) -> None:
        assert web.get("/devices/s1/readings").status_code == 405
        assert web.get("/").status_code == 404
        assert post(web, "[" + " " * 300_000 + "]").status_code == 413
        assert "connections" in web.get("/-/alive").json()


class TestMatrix:
    def test_says_how_each_is_answered(self, dsn: str, door: Ingest, web: httpx.Client) -> None:
        provided(dsn, "s3", token=OTHER)
        until(
            lambda: post(web, message(1), "s3", Authorization=f"Bearer {OTHER.decode()}").status_code == 204
        )
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
    body = field(b"MQTT") + bytes([4, 0xC2, 0, 0]) + field(b"c") + field(user.encode()) + field(token)
    with dial(door) as connection:
        connection.sendall(bytes([0x10, len(body)]) + body)
        return heard(connection, 4)[3]
