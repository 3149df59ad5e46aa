"""
`temporal_query`: milliseconds of a question about the past of many things, over HTTP.

    python -m bench temporal_query [--small]

Data    148,000 sensors with one value a day for the year 2025, 54 million rows of history, some 9 GB. They
        are written into the broker's tables by one statement a month, in order of time, as the days come;
        each value follows from sensor and day, so that every answer can be reckoned.
Value   temporal/entities of one type in the whole year, 100 entities a page, a page by a seed:
          temporal_query       average and most by month      1,200 periods of 36,500 values
          temporal_query.last  the last ten values            1,000 values
        The median of 20 questions a round, 5 rounds. Aim: under 1,000 ms (Stellio 50 s at 148,000).
Client  one connection of this process, kept.
Broker  `dothi broker --open`, one process, on a database of its own, on the same two cores.
Floor   the same question for the same sensors as a statement that a person would write, from one connection
        of this process, not decoded. Interleaved.
After   one answer of each round is compared with what the data say, value for value.
        `--small`: 300 sensors for 60 days, 3 questions in one round.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.doors import running_broker
from bench.harness import ROUNDS, figure
from dothi.config.supervisor import postgres
from dothi.context.store import pool
from dothi.context.store.history import keep_months

DATABASE = "dothi_past_bench"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
URN = "urn:ngsi-ld:Sensor:{:06d}"
TYPE, LEVEL = (f"https://uri.etsi.org/ngsi-ld/default-context/{one}" for one in ("Sensor", "level"))
PAGE, LAST = 100, 10


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    sensors: int
    days: int
    rounds: int
    questions: int


WHOLE = Size(sensors=148_000, days=365, rounds=ROUNDS, questions=20)
SMALL = Size(sensors=300, days=60, rounds=1, questions=3)
FILL = """
    insert into context.history (at, created_at, modified_at, value, evolution, attribute, observed)
    select day, day, day, (e.place * 7 + d) % 100 + 0.5, e.number, a.number, true
    from generate_series($1::int, $2::int) as d,
        lateral (select $3::timestamptz + d * interval '1 day') as t (day),
        (select number, right(id, 6)::int as place from context.evolution) as e,
        (select number from context.attribute where iri = $4) as a
    order by d, e.number"""
MONTHS = """
    select e.id, date_trunc('month', h.at, 'UTC') as month, avg(h.value), max(h.value)
    from context.evolution e join context.history h on h.evolution = e.number
    where e.id = any($1) and h.attribute = (select number from context.attribute where iri = $2)
        and h.at >= $3 and h.at < $4
    group by e.id, month order by e.id, month"""
LATEST = """
    select e.id, h.at, h.value
    from context.evolution e cross join lateral (
        select at, value from context.history h
        where h.evolution = e.number and h.attribute = (select number from context.attribute where iri = $2)
            and h.at >= $3 and h.at < $4
        order by at desc limit 10) h
    where e.id = any($1) order by e.id, h.at"""


@dataclass(frozen=True)
class Asked:
    """One question: its figure, its parameters, the floor's statement, and what is right for a sensor."""

    name: str
    params: dict[str, str]
    sql: str
    right: Callable[[int, Size], list[tuple[str, float]]]
    told: Callable[[dict[str, Any]], list[tuple[str, float]]]


def value(sensor: int, day: int) -> float:
    """Return what a sensor says on a day."""
    return (sensor * 7 + day) % 100 + 0.5


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print two JSON lines."""
    parser = argparse.ArgumentParser(prog="bench temporal_query", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    size = SMALL if parser.parse_args(arguments).small else WHOLE
    with postgres_cluster(**SAFE) as cluster:
        postgres.create_database(cluster, DATABASE)
        dsn = cluster.dsn(postgres.SUPERUSER, DATABASE)
        asyncio.run(_fill(dsn, size))
        with running_broker(dsn) as port, httpx.Client(timeout=120) as http:
            for asked in QUESTIONS:
                asyncio.run(_measure(http, port, dsn, asked, size))
    return 0


async def _fill(dsn: str, size: Size) -> None:
    connections = await pool.connect(dsn, most=1)
    await pool.create_tables(connections)
    for month in range(size.days // 31 + 1):
        await keep_months(connections, BEGIN + timedelta(days=31 * month))
    await connections.execute("insert into context.attribute (iri) values ($1)", LEVEL)
    await connections.execute(
        """insert into context.evolution (tenant, id, types, attributes, created_at)
           select '', 'urn:ngsi-ld:Sensor:' || lpad(n::text, 6, '0'), array[$2],
               array(select number from context.attribute), $3
           from generate_series(0, $1 - 1) as n""",
        size.sensors, TYPE, BEGIN,
    )  # fmt: skip
    for first in range(0, size.days, 31):
        await connections.execute(FILL, first, min(first + 31, size.days) - 1, BEGIN, LEVEL, timeout=3_600)
    await connections.execute("vacuum analyze context.history, context.evolution", timeout=3_600)
    await connections.close()


async def _measure(http: httpx.Client, port: int, dsn: str, asked: Asked, size: Size) -> None:
    values, floors = [], []
    connection = await asyncpg.connect(dsn)
    for number in range(size.rounds):
        chosen = random.Random(f"{asked.name}:{number}")
        first = [chosen.randrange(0, size.sensors - PAGE + 1) for _ in range(size.questions)]
        values.append(statistics.median([_ask(http, port, asked, size, one) for one in first]))
        floors.append(statistics.median([await _floor(connection, asked, size, one) for one in first]))
    await connection.close()
    n = size.rounds * size.questions
    note = f"{size.sensors} sensors x {size.days} days, {PAGE} a page, {size.rounds} rounds"
    print(figure(asked.name, values, floors, unit="ms", n=n, note=note).line())


def _ask(http: httpx.Client, port: int, asked: Asked, size: Size, first: int) -> float:
    """Ask for the page that begins with the sensor `first`; returns milliseconds, and checks the answer."""
    params = {
        "type": "Sensor", "limit": str(PAGE), "offset": str(first), "attrs": "level",
        "timerel": "between", "timeAt": _text(BEGIN), "endTimeAt": _text(BEGIN + timedelta(days=size.days)),
        **asked.params,
    }  # fmt: skip
    began = time.perf_counter()
    answer = http.get(f"http://127.0.0.1:{port}/ngsi-ld/v1/temporal/entities", params=params)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.text
    _check(answer.json(), asked, size, first)
    return took


def _check(found: list[dict[str, Any]], asked: Asked, size: Size, first: int) -> None:
    assert [one["id"] for one in found] == [URN.format(first + number) for number in range(PAGE)]
    for number in (0, PAGE // 2, PAGE - 1):
        right, told = asked.right(first + number, size), asked.told(found[number]["level"])
        assert told == right, f"{asked.name}: sensor {first + number} says {told}, not {right}"


async def _floor(connection: asyncpg.Connection, asked: Asked, size: Size, first: int) -> float:
    ids = [URN.format(first + number) for number in range(PAGE)]
    began = time.perf_counter()
    await connection.fetch(asked.sql, ids, LEVEL, BEGIN, BEGIN + timedelta(days=size.days))
    return (time.perf_counter() - began) * 1000


def _months(sensor: int, size: Size) -> list[tuple[str, float]]:
    """Return the average of each month of the year that the data reach, with its first instant."""
    months: dict[str, list[float]] = {}
    for day in range(size.days):
        months.setdefault(f"{BEGIN + timedelta(days=day):%Y-%m}", []).append(value(sensor, day))
    return [(month, round(statistics.fmean(told), 6)) for month, told in months.items()]


def _latest(sensor: int, size: Size) -> list[tuple[str, float]]:
    days = range(size.days - LAST, size.days)
    return [(f"{BEGIN + timedelta(days=day):%Y-%m-%d}", value(sensor, day)) for day in days]


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


QUESTIONS = (
    Asked(
        "temporal_query",
        {"options": "aggregatedValues", "aggrMethods": "avg,max", "aggrPeriodDuration": "P1M"},
        MONTHS, _months, lambda level: [(since[:7], round(avg, 6)) for avg, since, _ in level["avg"]],
    ),
    Asked(
        "temporal_query.last", {"options": "temporalValues", "lastN": str(LAST)},
        LATEST, _latest, lambda level: sorted((at[:10], told) for told, at in level["values"]),
    ),
)  # fmt: skip
