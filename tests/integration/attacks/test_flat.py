"""
The broker and the door of devices under the traffic of every day: neither grows, and both answer soon.

The siege of strangers is `test_siege`. DOTHI_SIEGE_MINUTES says how long the long form takes; an hour
otherwise.
"""

import itertools
import json
import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from dothi.config.supervisor import postgres
from dothi.context.api.app import ROOT
from tests.support import ngsi
from tests.support.broker import BrokerProcess, broker_process
from tests.support.devices import TOKEN, Ingest, ingest, provided
from tests.support.firing import Answer, Request, fire, thrown
from tests.support.hostile import Watch
from tests.support.packets import connect, field, packet
from tests.support.waiting import until

MINUTES = float(os.environ.get("DOTHI_SIEGE_MINUTES", "60"))
LEAST = 6
"""Bursts."""
ASKED, POSTED, STREAMS, PUBLISHED = 130, 96, 2, 150
"""Of a burst: requests to the broker, to the door of devices, connections by MQTT and messages of each."""
MOST_MIB = 8.0
"""By how much a process may grow from one half of the time after its warm-up to the other."""
DEVICES = tuple(f"s{number}" for number in range(12))
LANES, SUBSCRIBED = 48, 20
"""Connections to the door of devices at once; subscriptions that stand."""
JSON = {"Content-Type": "application/json"}
QUERY = {"type": "Query", "entities": [{"type": "T"}], "q": "speed>0.5", "pick": ["id", "speed"]}
GOOD = {200, 201, 204, 404}
"""A thing may be deleted just now."""


@pytest.fixture(scope="module")
def dsn(cluster: postgres.Cluster) -> str:
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    told = cluster.dsn(postgres.SUPERUSER, name)
    provided(told, *DEVICES)
    return told


@pytest.fixture(scope="module")
def broker(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    with broker_process(dsn, tmp_path_factory.mktemp("flat") / "broker.log") as running:
        yield running


@pytest.fixture(scope="module")
def door(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    with ingest(dsn, tmp_path_factory.mktemp("flat") / "ingest.log") as running:
        until(lambda: stores(running))
        yield running


def stores(door: Ingest) -> bool:
    """Tell whether the door of devices answers, and has its database."""
    return bool(httpx.get(f"http://127.0.0.1:{door.http}/-/alive", timeout=60).json()["stores"])


def told(dice: random.Random, one: dict[str, object]) -> bytes:
    """Return JSON whose @context, in one of three, nobody has told before."""
    context = {"@context": {f"n{dice.random()}": "https://example.org/n"}} if dice.random() < 0.3 else {}
    return json.dumps({**one, **context}).encode()


def asked(dice: random.Random) -> Iterator[Request]:
    """Yield what programs ask of the broker all day, without end."""
    city = [{"id": one, "type": "T", **ngsi.ATTRIBUTES} for one in ngsi.IDS]
    yield Request("POST", f"{ROOT}/entityOperations/upsert", JSON, json.dumps(city).encode())
    names = deque[str]()
    while True:
        one = dice.choice(ngsi.IDS)
        part = told(dice, {"speed": {"type": "Property", "value": dice.random(), "observedAt": instant()}})
        kind = {"Content-Type": "application/ld+json"} if b"@context" in part else JSON
        for _ in range(6):
            yield Request("PATCH", f"{ROOT}/entities/{one}/attrs", kind, part)
        yield Request(
            "POST", f"{ROOT}/entityOperations/upsert", JSON, json.dumps([ngsi.entity(dice)] * 3).encode()
        )
        yield Request("GET", f"{ROOT}/entities?type=T&q=speed>{dice.random()}&count=true")
        yield Request("GET", f"{ROOT}/entities/{one}?options=keyValues&join=inline")
        yield Request("POST", f"{ROOT}/entityOperations/query", JSON, json.dumps(QUERY).encode())
        yield Request("GET", f"{ROOT}/temporal/entities/{one}?lastN=5&timerel=before&timeAt={instant()}")
        names.append(f"urn:ngsi-ld:Subscription:{uuid4()}")
        subscription = json.dumps({**ngsi.SUBSCRIPTION, "id": names[-1]}).encode()
        yield Request("POST", f"{ROOT}/subscriptions", JSON, subscription)
        if len(names) > SUBSCRIBED:
            yield Request("DELETE", f"{ROOT}/subscriptions/{names.popleft()}")


def instant() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def reading(dice: random.Random) -> bytes:
    """Return a message of a device."""
    return json.dumps({"air": {"pm25": dice.random() * 50}, "temp": 20 + dice.random()}).encode()


def spoken(dice: random.Random) -> bytes:
    """Return what a device says by MQTT in one connection."""
    device = dice.choice(DEVICES)
    topic = field(f"devices/{device}/readings".encode())
    told = (packet(0x32, topic + number.to_bytes(2) + reading(dice)) for number in range(1, PUBLISHED + 1))
    return connect(device, client=dice.randbytes(4).hex().encode()) + b"".join(told) + b"\xe0\x00"


def is_good(request: Request, answer: Answer) -> None:
    assert answer.status in GOOD, f"{request} {answer}"


def traffic(dice: random.Random, broker: BrokerProcess, door: Ingest) -> Callable[[], None]:
    """Return what sends a burst of everything."""
    programs = asked(dice)
    headers = {"Authorization": f"Bearer {TOKEN.decode()}"}

    def posted(number: int) -> Request:
        path = f"/devices/{DEVICES[number % len(DEVICES)]}/readings"
        return Request("POST", path, headers, reading(dice))

    def burst() -> None:
        fire(broker.port, list(itertools.islice(programs, ASKED)), is_good, 4)
        fire(door.http, [posted(number) for number in range(POSTED)], is_good, LANES)
        for _ in range(STREAMS):
            assert thrown(door.port, spoken(dice)).startswith(b"\x20\x02\x00\x00")

    return burst


@pytest.mark.parametrize(
    "minutes", [0.0, pytest.param(MINUTES, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_every_day_makes_no_process_grow(broker: BrokerProcess, door: Ingest, minutes: float) -> None:
    burst, end = traffic(random.Random(7), broker, door), time.monotonic() + minutes * 60
    watches = {
        "broker": Watch(broker.process.pid, lambda: until(broker.answers)),
        "ingest": Watch(door.process.pid, lambda: until(lambda: stores(door))),
    }
    for number in itertools.count(1):
        burst()
        for one in watches.values():
            one.look()
        if number >= LEAST and time.monotonic() > end:
            break
    told = {
        name: [number, round(one.looks[-1].mib, 1), round(one.grew_mib, 2), round(one.an_hour_mib, 1)]
        for name, one in watches.items()
    }
    print(json.dumps(told))  # noqa: T201 - what an hour came to: bursts, MiB, grown MiB, MiB an hour
    assert max(one.grew_mib for one in watches.values()) < MOST_MIB, told
