"""
`entity_update`: updates of single entities a second over HTTP, and `entity_update_p99`, in milliseconds.

    python -m bench entity_update [--small]

Data    100,000 sensors of eight attributes (some 800 bytes of JSON each), created through the broker.
Value   PATCH entities/{id}/attrs of one Property with observedAt, each of one entity chosen by a seed,
        answered with 204 once it is committed together with its row of history. Aim: 6,000 (Stellio
        gives 200 to 420 on 8 CPUs, Orion-LD 1,800 a CPU).
Client  64 connections of a process of its own (asyncio with uvloop, bare HTTP), kept, one request under
        way on each, on the same two cores; 5 rounds of 20 s, medians.
Broker  `dothi broker --open`, one process, on a database of its own.
Floor   what PostgreSQL does of it in any case, from one connection: transactions of 64 such entities, one
        set-based update and one insert of 64 rows of history, without HTTP, JSON-LD or decisions.
        Interleaved, 4 s a round.
Durability  fsync, full_page_writes, synchronous_commit on: answered means committed.
After   a thousand entities say what was acknowledged last, and the history has a row for each update; any
        answer but 204 ends the run. `--small`: 2,000 sensors, one round of 0.5 s and 0.3 s.
"""

import argparse
import asyncio
import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.doors import running_broker
from bench.harness import ROUNDS, figure
from bench.patcher import OBSERVED, URN
from dothi.config.supervisor import postgres
from dothi.context.store import pool
from dothi.context.store.statements import sql

DATABASE = "dothi_context_bench"
CONNECTIONS = 64
AT_ONCE = 1_000
"""Sensors in one batch that creates them."""
CHECKED = 1_000


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    entities: int
    rounds: int
    value_s: float
    floor_s: float


WHOLE = Size(entities=100_000, rounds=ROUNDS, value_s=20.0, floor_s=4.0)
SMALL = Size(entities=2_000, rounds=1, value_s=0.5, floor_s=0.3)


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print two JSON lines."""
    parser = argparse.ArgumentParser(prog="bench entity_update", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with postgres_cluster(**SAFE) as cluster:
        postgres.create_database(cluster, DATABASE)
        dsn = cluster.dsn(postgres.SUPERUSER, DATABASE)
        with running_broker(dsn) as port, _client() as client:
            _create(port, size)
            _measure(port, dsn, client, size)
    return 0


def _measure(port: int, dsn: str, client: subprocess.Popen[str], size: Size) -> None:
    values, p99s, floors = [], [], []
    last: dict[str, int] = {}
    done = 0
    for number in range(size.rounds):
        found = _round(port, client, size, number)
        values.append(found["done"] / found["seconds"])
        p99s.append(found["times"]["p99"] * 1000)
        last |= found["last"]
        done += found["done"]
        floors.append(asyncio.run(_floor(dsn, size)))
    _check(port, last)
    asyncio.run(_check_history(dsn, done))
    note = f"{CONNECTIONS} connections, {size.entities} entities, {size.rounds} x {size.value_s:g} s"
    print(figure("entity_update", values, floors, unit="1/s", n=done, note=note).line())
    waits = [CONNECTIONS / floor * 1000 for floor in floors]
    print(figure("entity_update_p99", p99s, waits, unit="ms", n=done, note=note).line())


def _round(port: int, client: subprocess.Popen[str], size: Size, number: int) -> dict[str, Any]:
    assert client.stdin
    assert client.stdout
    told = {
        "port": port, "entities": size.entities, "connections": CONNECTIONS, "seconds": size.value_s,
        "seed": str(number), "first": (number + 1) * 10_000_000,
    }  # fmt: skip
    print(json.dumps(told), file=client.stdin, flush=True)
    answer: dict[str, Any] = json.loads(client.stdout.readline())
    return answer


def _create(port: int, size: Size) -> None:
    address = f"http://127.0.0.1:{port}/ngsi-ld/v1/entityOperations/create"
    with httpx.Client(timeout=120) as http:
        for start in range(0, size.entities, AT_ONCE):
            batch = [_sensor(number) for number in range(start, min(start + AT_ONCE, size.entities))]
            assert http.post(address, json=batch).status_code == 201


def _sensor(number: int) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [108.1 + number % 1000 / 5000, 16 + number // 1000 / 1000]}
    return {
        "id": URN.format(number), "type": "Sensor", "scope": f"/DaNang/Ward{number % 94}",
        "location": {"type": "GeoProperty", "value": place},
        "level": {"type": "Property", "value": 0, "unitCode": "MTR", "observedAt": OBSERVED},
        "name": {"type": "LanguageProperty", "languageMap": {"vi": f"Cảm biến {number}", "en": "Sensor"}},
        "owner": {"type": "Relationship", "object": f"urn:ngsi-ld:Agency:{number % 40}"},
        **{key: {"type": "Property", "value": number % 7} for key in ("battery", "signal", "state", "age")},
    }  # fmt: skip


async def _floor(dsn: str, size: Size) -> float:
    """Return how many entities a second one connection updates, 64 a commit, with their history."""
    connections = await pool.connect(dsn, most=1)
    chosen = random.Random("floor").sample(range(size.entities), min(2_048, size.entities))
    async with connections.acquire() as connection:
        await connection.execute(FLOOR_HISTORY)
        rows = [dict(row) for row in await connection.fetch(SENSORS, [URN.format(one) for one in chosen])]
        groups = [rows[start : start + CONNECTIONS] for start in range(0, len(rows), CONNECTIONS)]
        began, commits = time.perf_counter(), 0
        while time.perf_counter() - began < size.floor_s:
            await _commit(connection, groups[commits % len(groups)])
            commits += 1
        seconds = time.perf_counter() - began
    await connections.close()
    return commits * CONNECTIONS / seconds


SENSORS = """
    select tenant, id, types, scopes, created_at::text, modified_at::text, '{}'::text[] as gone,
        jsonb_build_object(iri, attributes -> iri) as said
    from context.entity, (values ('https://uri.etsi.org/ngsi-ld/default-context/level')) as level (iri)
    where id = any($1)"""
FLOOR_HISTORY = """
    create table if not exists context.floor (
        at timestamptz not null, entity text not null, value double precision, primary key (entity, at, value)
    )"""
FLOOR_ROWS = """
    insert into context.floor select clock_timestamp(), * from unnest($1::text[], $2::float8[])"""


async def _commit(connection: asyncpg.Connection, rows: Sequence[dict[str, Any]]) -> None:
    async with connection.transaction():
        await connection.execute(sql("update"), rows)
        await connection.execute(FLOOR_ROWS, [row["id"] for row in rows], [random.random() for _ in rows])


def _check(port: int, last: dict[str, int]) -> None:
    """Check that entities say what was acknowledged last."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/ngsi-ld/v1/", timeout=30) as http:
        for number in random.Random("check").sample(sorted(last), min(CHECKED, len(last))):
            found = http.get(f"entities/{URN.format(int(number))}").json()["level"]["value"]
            assert found == last[number], f"{number} says {found}, {last[number]} was acknowledged"


async def _check_history(dsn: str, done: int) -> None:
    connection = await asyncpg.connect(dsn)
    found = await connection.fetchval("select count(*) from context.history where value > 1_000_000")
    await connection.close()
    assert found >= done, f"{found} rows of history for {done} updates"


@contextlib.contextmanager
def _client() -> Iterator[subprocess.Popen[str]]:
    client = subprocess.Popen(
        [sys.executable, "-m", "bench.patcher"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield client
    finally:
        client.stdin.close()  # type: ignore[union-attr]  # a pipe, as asked for
        client.wait(30)
