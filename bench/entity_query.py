"""
`entity_query`: queries of entities a second over HTTP, five of them, each a figure of its own.

    python -m bench entity_query [--small]

Data    100,000 sensors of eight attributes (some 800 bytes of JSON each), created through the broker; the
        attribute `level` is declared, so that q finds it by an index.
Value   GET entities/ with type=Sensor and at most 100 entities a page, as JSON:
          entity_query          q=level==N, N by a seed           0.1 % of the entities, all on the page
          entity_query.near     near;maxDistance==150, by a seed  some 0.03 %
          entity_query.scope    scopeQ=/DaNang/WardN, by a seed   1.06 %, the first 100
          entity_query.filter   q=battery==3;signal>2             14 %, the first 100; no index
          entity_query.ids      20 ids, by a seed, keyValues      0.02 %
        Aim: 1,000 for the first (Stellio 32, Antares 912 on 8 CPUs).
Client  16 connections of this process (asyncio, bare HTTP), kept; 5 rounds of 5 s for each, medians.
Broker  `dothi broker --open`, one process, on a database of its own, on the same two cores. It remembers the
        texts of entities that it told (ADR 0019); the first round of the first figure finds nothing so.
Floor   the ids and attributes of as many entities, found by a statement that a person would write, from 4
        connections of this process, not decoded, planned by its values like the broker's: a plan for any type
        would look at all of this one. Interleaved. The table is vacuumed and analyzed before the first round.
After   every round one answer of each query is compared with what the data says.
        `--small`: 2,000 sensors, one round of 0.1 s.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import asyncpg
import httpx
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.doors import running_broker
from bench.harness import ROUNDS, figure
from dothi.config.supervisor import postgres
from dothi.context.store import keys, pool

DATABASE = "dothi_context_bench"
CONNECTIONS, FLOOR_CONNECTIONS = 16, 4
BY_VALUES = {"plan_cache_mode": "force_custom_plan"}
LEVELS, WARDS, PAGE = 1_000, 94, 100
URN = "urn:ngsi-ld:Sensor:{:06d}"
LEVEL = "https://uri.etsi.org/ngsi-ld/default-context/level"
TYPE = "https://uri.etsi.org/ngsi-ld/default-context/Sensor"
BATTERY = "https://uri.etsi.org/ngsi-ld/default-context/battery"
SELECT = """
    select id, attributes::text from context.entity
    where tenant = '' and types @> $1 and {} order by id limit 100"""
NEAR = """
    location_box && box(point($2::float8 - 0.00141, $3::float8 - 0.00136),
                        point($2 + 0.00141, $3 + 0.00136))"""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    entities: int
    rounds: int
    seconds: float


WHOLE = Size(entities=100_000, rounds=ROUNDS, seconds=5.0)
SMALL = Size(entities=2_000, rounds=1, seconds=0.1)


@dataclass(frozen=True)
class Asked:
    """One query: its figure, the parameters by a number, and how a person would find the same."""

    name: str
    params: Callable[[int], dict[str, Any]]
    sql: str
    arguments: Callable[[int], Sequence[Any]]
    meant: Callable[[int, int], bool]
    """Tells whether the sensor of the first number is meant by the query of the second."""


def place(number: int) -> list[float]:
    """Return longitude and latitude of a sensor: a grid of about 20 by 110 m."""
    return [108.1 + number % 1000 / 5000, 16 + number // 1000 / 1000]


def ids(number: int) -> list[str]:
    """Return the twenty ids of a query."""
    return [URN.format(number // 20 * 20 + one) for one in range(20)]


QUERIES = (
    Asked(
        "entity_query", lambda n: {"q": f"level=={n % LEVELS}"},
        "context.key_of(attributes, '" + LEVEL + "') = to_jsonb($2::int)", lambda n: [n % LEVELS],
        lambda one, n: one % LEVELS == n % LEVELS,
    ),
    Asked(
        "entity_query.near",
        lambda n: {
            "georel": "near;maxDistance==150", "geometry": "Point", "coordinates": json.dumps(place(n)),
        },
        NEAR, place, lambda one, n: one == n,
    ),
    Asked(
        "entity_query.scope", lambda n: {"scopeQ": f"/DaNang/Ward{n % WARDS}"},
        "scopes @> array[$2::text]", lambda n: [f"/DaNang/Ward{n % WARDS}"],
        lambda one, n: one % WARDS == n % WARDS,
    ),
    Asked(
        "entity_query.filter", lambda _n: {"q": "battery==3;signal>2"},
        "attributes @? $2::jsonpath", lambda _n: [f'$."{BATTERY}"[*] ? (@.value == 3)'],
        lambda one, _n: one % 7 == 3,
    ),
    Asked(
        "entity_query.ids", lambda n: {"id": ",".join(ids(n)), "options": "keyValues"},
        "id = any($2::text[])", lambda n: [ids(n)], lambda one, n: one // 20 == n // 20,
    ),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print five JSON lines."""
    parser = argparse.ArgumentParser(prog="bench entity_query", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with postgres_cluster(**SAFE) as cluster:
        postgres.create_database(cluster, DATABASE)
        dsn = cluster.dsn(postgres.SUPERUSER, DATABASE)
        asyncio.run(_declare(dsn))
        with running_broker(dsn) as port:
            _create(port, size)
            asyncio.run(_settle(dsn))
            for asked in QUERIES:
                _measure(port, dsn, asked, size)
    return 0


def _measure(port: int, dsn: str, asked: Asked, size: Size) -> None:
    values, floors, done = [], [], 0
    for number in range(size.rounds):
        chosen = random.Random(f"{asked.name}:{number}")
        many = asyncio.run(_asking(port, asked, size, chosen))
        values.append(many / size.seconds)
        floors.append(asyncio.run(_floor(dsn, asked, size, chosen)) / size.seconds)
        done += many
        _check(port, asked, size, chosen.randrange(size.entities))
    note = f"{CONNECTIONS} connections, {size.entities} entities, {size.rounds} x {size.seconds} s"
    print(figure(asked.name, values, floors, unit="1/s", n=done, note=note).line())


async def _asking(port: int, asked: Asked, size: Size, chosen: random.Random) -> int:
    async def connection() -> Callable[[], Awaitable[None]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)

        async def ask() -> None:
            params = urlencode(
                {"type": "Sensor", "limit": PAGE, **asked.params(chosen.randrange(size.entities))}
            )
            writer.write(f"GET /ngsi-ld/v1/entities?{params} HTTP/1.1\r\nHost: broker\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))

        return ask

    return await _repeated([await connection() for _ in range(CONNECTIONS)], size.seconds)


async def _floor(dsn: str, asked: Asked, size: Size, chosen: random.Random) -> int:
    async with asyncpg.create_pool(
        dsn, min_size=FLOOR_CONNECTIONS, max_size=FLOOR_CONNECTIONS, server_settings=BY_VALUES
    ) as connections:

        async def ask() -> None:
            arguments = asked.arguments(chosen.randrange(size.entities))
            await connections.fetch(SELECT.format(asked.sql), [TYPE], *arguments)

        return await _repeated([ask] * FLOOR_CONNECTIONS, size.seconds)


async def _repeated(asks: Sequence[Callable[[], Awaitable[None]]], seconds: float) -> int:
    """Return how often `asks`, beside each other, were done in so many seconds; each at least once."""
    until = time.perf_counter() + seconds

    async def again(ask: Callable[[], Awaitable[None]]) -> int:
        done = 0
        while not done or time.perf_counter() < until:
            await ask()
            done += 1
        return done

    return sum(await asyncio.gather(*(again(one) for one in asks)))


def _check(port: int, asked: Asked, size: Size, number: int) -> None:
    params = {"type": "Sensor", "limit": PAGE, **asked.params(number)}
    answer = httpx.get(f"http://127.0.0.1:{port}/ngsi-ld/v1/entities", params=params, timeout=30)
    found = [one["id"] for one in answer.json()]
    meant = [URN.format(one) for one in range(size.entities) if asked.meant(one, number)][:PAGE]
    right = set(meant) <= set(found) if asked.name.endswith("near") else found == meant
    assert right, f"{asked.name} of {number} found {found[:3]}, not {meant[:3]}"


async def _declare(dsn: str) -> None:
    connections = await pool.connect(dsn, most=1)
    await pool.create_tables(connections)
    await keys.declare(connections, [LEVEL], datetime.now(UTC))
    await connections.close()


async def _settle(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("vacuum analyze context.entity", timeout=600)
    await connection.close()


def _create(port: int, size: Size) -> None:
    address = f"http://127.0.0.1:{port}/ngsi-ld/v1/entityOperations/create"
    with httpx.Client(timeout=120) as http:
        for start in range(0, size.entities, 1_000):
            batch = [_sensor(number) for number in range(start, min(start + 1_000, size.entities))]
            assert http.post(address, json=batch).status_code == 201


def _sensor(number: int) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": place(number)}
    return {
        "id": URN.format(number), "type": "Sensor", "scope": f"/DaNang/Ward{number % WARDS}",
        "location": {"type": "GeoProperty", "value": point},
        "level": {"type": "Property", "value": number % LEVELS, "unitCode": "MTR"},
        "name": {"type": "LanguageProperty", "languageMap": {"vi": f"Cảm biến {number}", "en": "Sensor"}},
        "owner": {"type": "Relationship", "object": f"urn:ngsi-ld:Agency:{number % 40}"},
        **{key: {"type": "Property", "value": number % 7} for key in ("battery", "signal", "state", "age")},
    }  # fmt: skip
