"""
No request, however strange, makes the broker fail, holds it up, makes it grow, or has it forget to say in
JSON what is wrong.

What is sent comes of a seed, the same each time. The hour of all doors at once is
`tests/integration/attacks/test_siege.py`.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.support import ngsi
from tests.support.broker import BrokerProcess, broker_process, closed_broker
from tests.support.callers import bearing, known, right
from tests.support.firing import Answer, Request, fire, thrown
from tests.support.hostile import Watch, bent

BURSTS, BURST, BENT = 8, 150, 150
LEAST_OF_ERRORS, FAILED = 400, 500
BODILESS = (411, 415)
ELSEWHERE = ("BadGateway", "GatewayTimeout", "LdContextNotAvailable", "LoopDetected")
"""Errors of 500 and more that are not the broker's own."""
MOST_MIB = 48.0
SECRET = "none-may-hear-this"


@pytest.fixture(scope="module")
def process(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    with broker_process(dsn, tmp_path_factory.mktemp("broker") / "log") as running:
        yield running


def answered(request: Request, answer: Answer) -> None:
    """Check that an answer is one that the standard knows."""
    assert 200 <= answer.status < 600, f"{request} {answer}"
    if answer.status >= LEAST_OF_ERRORS and answer.status not in BODILESS and request.method != "HEAD":
        kind = str(json.loads(answer.content)["type"])
        assert kind.startswith("https://uri.etsi.org/ngsi-ld/errors/"), f"{request} {answer}"
        assert answer.status < FAILED or kind.rpartition("/")[2] in ELSEWHERE, f"{request} {answer}"
    assert "x-injected" not in answer.headers, f"{request} {answer}"


@contextmanager
def watching(process: BrokerProcess) -> Iterator[Watch]:
    """Look after a broker while the block lasts: an entity is written and read in between."""
    place = {"id": "urn:ngsi-ld:Good:1", "type": "Good", "n": 1}
    with httpx.Client(base_url=f"http://127.0.0.1:{process.port}/ngsi-ld/v1/", timeout=60) as good:

        def probe() -> None:
            assert good.post("entityOperations/upsert", json=[place]).status_code in (201, 204)
            found = good.get("entities", params={"type": "Good", "local": "true"}).json()
            assert found[0]["id"] == place["id"]

        yield Watch(process.process.pid, probe)


class TestAnything:
    def test_is_answered_and_holds_nobody_up(self, process: BrokerProcess) -> None:
        dice = random.Random(3)
        with watching(process) as eye:
            for _ in range(BURSTS):
                fire(process.port, [ngsi.request(dice) for _ in range(BURST)], answered)
                eye.look()
        assert eye.grew_mib < MOST_MIB
        _, trace, said = process.told().partition("Traceback")
        assert not trace, said[:4000]

    def test_that_is_no_http_ends(self, process: BrokerProcess) -> None:
        dice = random.Random(4)
        with watching(process) as eye:
            for _ in range(BENT):
                told = thrown(process.port, bent(dice, ngsi.request(dice).raw()))
                assert not told.startswith(b"HTTP/1.1 500"), told
            eye.look()


class TestSecret:
    def test_is_told_by_no_answer_to_one_who_may_not_read_it(self, dsn: str, process: BrokerProcess) -> None:
        """Whatever is asked, however oddly: an attribute beyond the caller's rights stands in no answer."""
        dice = random.Random(5)
        narrow = bearing(right("read", types=["T"], attributes=["speed", "name"]))
        with httpx.Client(base_url=f"http://127.0.0.1:{process.port}/ngsi-ld/v1/") as writer:
            told = [{"id": one, "type": "T", "speed": 1, "hidden": SECRET, "name": "n"} for one in ngsi.IDS]
            assert writer.post("entityOperations/upsert", json=told).status_code in (201, 204)
            assert SECRET in writer.get(f"entities/{ngsi.IDS[0]}").text

        def hushed(request: Request, answer: Answer) -> None:
            answered(request, answer)
            assert SECRET.encode() not in answer.content, request

        asked = (ngsi.request(dice) for _ in range(1_200))
        asked_by_narrow = [
            Request(one.method, _about(dice, one.target), {**one.headers, **narrow}, one.content)
            for one in asked
            if one.method == "GET" or "/query" in one.target
        ]
        with closed_broker(dsn, known()) as api:
            assert api.get(f"entities/{ngsi.IDS[0]}", headers=narrow).json()["speed"]["value"] == 1
            fire(api.base_url.port or 80, asked_by_narrow, hushed)
        assert len(asked_by_narrow) > 300


def _about(dice: random.Random, target: str) -> str:
    """Return an address that asks, every other time, about what is hidden."""
    return target.replace("speed", "hidden") if dice.random() < 0.5 else target
