"""
`notify`: entities told to subscribers a second, with 10,000 subscriptions.

    python -m bench notify [--small]

Data    10,000 sensors; 9,900 subscriptions to the level of one sensor each, and 100 to all sensors with
        q=level>T, T from 0 to 990, so that an update is told to 6 subscribers on average; by HTTP,
        simplified. Levels by a seed.
Value   bursts of 200 updates over HTTP, 8 at a time, each burst followed by a wait until everybody has been
        told, for 20 s; 5 rounds. Told entities by the time from the first update to the last notification.
        (Antares, 8 CPUs, 10,000 subscriptions: about 3,250 a second exact, 8 % delivered at more load.)
Broker  `dothi broker --open`, one process, on a database of its own; each change that is to be told stands in
        the outbox until it is told. The subscriber is a process of its own. All on the same two cores.
Floor   as many notifications of the same form sent to the same subscriber by 16 connections of this
        process, and nothing matched or kept. Interleaved.
After   each subscription was told exactly as often as the levels say, and last what is true now.
        `--small`: 200 sensors, 190 and 10 subscriptions, one burst of 50.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.doors import running_broker
from bench.harness import ROUNDS, figure
from dothi.config.supervisor import postgres

DATABASE = "dothi_notify_bench"
URN, SUBSCRIPTION = "urn:ngsi-ld:Sensor:{:06d}", "urn:ngsi-ld:Subscription:{}"
HIGHEST, AT_ONCE, FLOOR_CONNECTIONS, PATIENCE_S = 1_000, 8, 16, 120
HEAD = (
    "POST /notify HTTP/1.1\r\nHost: subscriber\r\n"
    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)


@dataclass(frozen=True)
class Size:
    """How much is measured. Of `watchers` subscriptions each follows one sensor, of `filters` all of them."""

    sensors: int
    watchers: int
    filters: int
    rounds: int
    seconds: float
    burst: int


WHOLE = Size(sensors=10_000, watchers=9_900, filters=100, rounds=ROUNDS, seconds=20.0, burst=200)
SMALL = Size(sensors=200, watchers=190, filters=10, rounds=1, seconds=0.0, burst=50)


@dataclass
class Expected:
    """Who must have been told what, by the levels that were set."""

    size: Size
    told: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    last: dict[int, float] = field(default_factory=dict)

    def note(self, sensor: int, level: float) -> None:
        """Reckon with one update."""
        self.last[sensor] = level
        names = [SUBSCRIPTION.format(sensor)] if sensor < self.size.watchers else []
        names += [
            SUBSCRIPTION.format(f"q{one}") for one in range(self.size.filters) if level > self.limit(one)
        ]
        self.counts.update(names)
        self.told += len(names)

    def limit(self, number: int) -> int:
        """Return the level over which a filter is told."""
        return number * HIGHEST // self.size.filters


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench notify", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with (
        postgres_cluster(**SAFE) as cluster,
        subprocess.Popen(
            [sys.executable, "-m", "bench.listener"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as listener,
    ):
        postgres.create_database(cluster, DATABASE)
        with running_broker(cluster.dsn(postgres.SUPERUSER, DATABASE)) as port:
            asyncio.run(_measure(port, listener, size))
        listener.terminate()
    return 0


async def _measure(port: int, listener: subprocess.Popen[str], size: Size) -> None:
    assert listener.stdout
    subscriber = json.loads(listener.stdout.readline())["port"]
    expected, values, floors = Expected(size), list[float](), list[float]()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/ngsi-ld/v1/", timeout=60) as http:
        await _prepare(http, subscriber, expected)
        for number in range(size.rounds):
            values.append(await _round(http, listener, expected, random.Random(f"notify:{number}")))
            floors.append(await _floor(subscriber, listener, expected))
    _check_last(listener, expected)
    many = size.watchers + size.filters
    note = f"{many} subscriptions, {size.rounds} rounds of bursts of {size.burst} updates"
    print(figure("notify", values, floors, unit="1/s", n=expected.told, note=note).line())


async def _prepare(http: httpx.AsyncClient, subscriber: int, expected: Expected) -> None:
    size = expected.size
    for start in range(0, size.sensors, 1_000):
        batch = [
            {"id": URN.format(one), "type": "Sensor", "level": {"type": "Property", "value": -1}}
            for one in range(start, min(start + 1_000, size.sensors))
        ]
        assert (await http.post("entityOperations/create", json=batch)).status_code == 201
    about: list[tuple[str, dict[str, str], dict[str, str]]]
    about = [(str(one), {"id": URN.format(one), "type": "Sensor"}, {}) for one in range(size.watchers)]
    about += [
        (f"q{one}", {"type": "Sensor"}, {"q": f"level>{expected.limit(one)}"}) for one in range(size.filters)
    ]
    endpoint = {"uri": f"http://127.0.0.1:{subscriber}/notify", "accept": "application/json"}
    for name, entities, more in about:
        told = {
            "id": SUBSCRIPTION.format(name), "type": "Subscription", "entities": [entities], **more,
            "watchedAttributes": ["level"], "notification": {"format": "simplified", "endpoint": endpoint},
        }  # fmt: skip
        answer = await http.post("subscriptions", json=told)
        assert answer.status_code == 201, answer.text


async def _round(
    http: httpx.AsyncClient, listener: subprocess.Popen[str], expected: Expected, chosen: random.Random
) -> float:
    """Return how many entities a second were told, while everybody hears of every burst before the next."""
    before, began, done = expected.told, time.perf_counter(), False
    while not done:
        burst = chosen.sample(range(expected.size.sensors), expected.size.burst)
        levels = [chosen.random() * HIGHEST for _ in burst]
        for start in range(0, len(burst), AT_ONCE):
            pairs = list(zip(burst, levels, strict=True))[start : start + AT_ONCE]
            await asyncio.gather(*(_set(http, sensor, level) for sensor, level in pairs))
        for sensor, level in zip(burst, levels, strict=True):
            expected.note(sensor, level)
        await asyncio.to_thread(_check_told, listener, expected)
        seconds = time.perf_counter() - began
        done = seconds >= expected.size.seconds
    return (expected.told - before) / seconds


async def _set(http: httpx.AsyncClient, sensor: int, level: float) -> None:
    answer = await http.patch(
        f"entities/{URN.format(sensor)}/attrs", json={"level": {"type": "Property", "value": level}}
    )
    assert answer.status_code == 204, answer.text


def _check_told(listener: subprocess.Popen[str], expected: Expected) -> None:
    told = _asked(listener, {"wait": expected.told, "patience_s": PATIENCE_S})
    assert told["told"] == expected.told, f"{told['told']} told, {expected.told} expected"
    assert told["counts"] == expected.counts, "a subscription was told too often or too seldom"


def _check_last(listener: subprocess.Popen[str], expected: Expected) -> None:
    last = _asked(listener, {"last": True})["last"]
    for sensor, level in expected.last.items():
        if sensor < expected.size.watchers:
            assert last[SUBSCRIPTION.format(sensor)][URN.format(sensor)] == level, f"sensor {sensor}"


def _asked(listener: subprocess.Popen[str], command: dict[str, Any]) -> dict[str, Any]:
    assert listener.stdin
    assert listener.stdout
    print(json.dumps(command), file=listener.stdin, flush=True)
    answer: dict[str, Any] = json.loads(listener.stdout.readline())
    return answer


async def _floor(subscriber: int, listener: subprocess.Popen[str], expected: Expected) -> float:
    """Return how many notifications a second arrive that nobody had to match; they count as expected."""
    many = expected.size.burst * 10
    began = time.perf_counter()
    await asyncio.gather(
        *(_post(subscriber, many // FLOOR_CONNECTIONS, one) for one in range(FLOOR_CONNECTIONS))
    )
    seconds = time.perf_counter() - began
    posted = many // FLOOR_CONNECTIONS * FLOOR_CONNECTIONS
    expected.told += posted
    expected.counts["floor"] += posted
    await asyncio.to_thread(_check_told, listener, expected)
    return posted / seconds


async def _post(subscriber: int, many: int, connection: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", subscriber)
    for number in range(many):
        told = {
            "id": f"urn:ngsi-ld:Notification:{connection}-{number}", "type": "Notification",
            "subscriptionId": "floor", "notifiedAt": "2026-11-22T08:00:00.000000Z",
            "data": [{"id": URN.format(connection), "type": "Sensor", "level": number}],
        }  # fmt: skip
        body = json.dumps(told)
        writer.write((HEAD.format(len(body)) + body).encode())
        await reader.readuntil(b"\r\n\r\n")
    writer.close()
