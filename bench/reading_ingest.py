"""
`reading_ingest`: readings a second through the MQTT door, a thousand a message, until the last can be read,
and `reading_ingest.late`: the same of readings that come two days late.

    python -m bench reading_ingest [--small]

Data    20 gateways of 50 measures, each with limits of range, step, gap and stuck; all readings are of the
        minutes around now, and their day's partition has its BRIN and a btree of (series, at) from the start.
        Those that come late are of the day before yesterday; all but the first of them are kept for the
        keyframes of that day as well, which are made meanwhile.
Value   from the first PUBLISH until the last reading is read back from PostgreSQL: QoS 1, SenML packs of
        1,000 readings (50 measures at 20 instants), each acknowledged after its commit.
Client  20 connections of this process (asyncio with uvloop), messages written beforehand, up to 4 under way
        on each; on the same two cores.
Floor   the same rows by binary COPY from one connection into a table with the same columns and indexes,
        20,000 a transaction, written beforehand, once all readings are rolled up. Interleaved, 5 rounds of
        1,000,000 readings, medians. Aim: 60 % of the floor, at least 150,000/s.
Rollups ingest makes them every 30 s, so few rounds have any of it in them; in a stream without end they take
        1.3 to 1.9 us of one core a reading more.
Durability  fsync, full_page_writes, synchronous_commit on.
After   a row for each reading, each series as many, the sum of all values; no flag but the one of each
        series that is sent out of range on purpose, no finding. `--small`: one round of 20,000.
"""

import argparse
import asyncio
import io
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import asyncpg
import numpy as np
import psycopg
import uvloop
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.devices import TOKEN, devices_made, running_ingest
from bench.harness import ROUNDS, Figure, figure, interleave
from bench.mqtt_devices import Connection, Load, let_in
from dothi.config.supervisor import postgres
from dothi.telemetry import rollups
from dothi.telemetry.quality.checks import Block
from dothi.telemetry.store import rows
from dothi.telemetry.types import Measure, Profile

DATABASE = "dothi_telemetry_bench"
GATEWAYS, MEASURES, INSTANTS = 20, 50, 20
EACH = MEASURES * INSTANTS
WINDOW = 4
MESSAGES, FEW = 1_000, 20
AT_ONCE = 20_000
"""Rows of one transaction of the floor."""
NAMES = [f"level{number}" for number in range(MEASURES)]
LIMITS = {"interval_s": 0.02, "low": 0.0, "high": 100.0, "step": 99.0, "stuck_s": 60.0, "gap_s": 86_400.0}
GATEWAY = Profile("gateway", {name: Measure(name, "m", "", **LIMITS) for name in NAMES})
AGO = {"reading_ingest": timedelta(minutes=1), "reading_ingest.late": timedelta(days=2)}
"""How long ago the first reading was, when it comes; who is two minutes late is late."""
ROUND_MS = MESSAGES // GATEWAYS * INSTANTS * 20
OUT = 1_000
"""A level out of range, once in each series."""


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print two JSON lines."""
    parser = argparse.ArgumentParser(prog="bench reading_ingest", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round each, as a test of correctness")
    size = (1, FEW) if parser.parse_args(arguments).small else (ROUNDS, MESSAGES)
    with postgres_cluster(**SAFE) as cluster:
        for name, ago in AGO.items():
            dsn = cluster.dsn(postgres.SUPERUSER, DATABASE)
            postgres.create_database(cluster, DATABASE)
            print(_figure(name, dsn, datetime.now(UTC) - ago, *size).line(), flush=True)
            with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
                connection.execute(f"drop database {DATABASE}")
    return 0


def _figure(name: str, dsn: str, since: datetime, rounds: int, messages: int) -> Figure:
    """Measure with readings whose instants begin at `since`."""
    devices_made(dsn, GATEWAYS, GATEWAY)
    _make_tables(dsn, since.date())
    began_ms = round(since.timestamp() * 1000)
    with running_ingest(dsn) as port:
        values, floors = interleave(
            lambda number: uvloop.run(_value(dsn, port, messages, began_ms + number * ROUND_MS)),
            lambda number: uvloop.run(_floor(dsn, messages, began_ms + number * ROUND_MS, alone=rounds > 1)),
            rounds,
        )
    _check(dsn, rounds, messages)
    note = f"{GATEWAYS} connections, {rounds} x {messages} messages of {EACH} readings"
    return figure(name, values, floors, unit="1/s", n=rounds * messages * EACH, note=note)


def level(number: int, place: int) -> float:
    """Return the reading of a place of a message."""
    return float(OUT) if number < GATEWAYS and place < MEASURES else (number * 7 + place) % 1000 / 10


class Gateway(Connection):
    """A connection whose messages are written beforehand: every twentieth of all."""

    def __init__(self, load: Load, number: int) -> None:
        super().__init__(load, number)
        numbers = range(number, load.messages, load.connections)
        self._packs = {one: self._pack(one, load.first_ms) for one in numbers}

    def payload(self, number: int) -> bytes:
        return self._packs[number]

    @staticmethod
    def _pack(number: int, first: int) -> bytes:
        """Return a pack: instant after instant, 20 ms apart, all measures at each."""
        begun = first + number // GATEWAYS * INSTANTS * 20
        records = [
            f'{{"n":"{NAMES[place % MEASURES]}","u":"m","t":{(begun + place // MEASURES * 20) / 1000:.3f},'
            f'"v":{level(number, place)}}}'
            for place in range(EACH)
        ]
        return f"[{','.join(records)}]".encode()


async def _value(dsn: str, port: int, messages: int, first: int) -> float:
    load = Load(GATEWAYS, messages, WINDOW, first)
    gateways = [Gateway(load, number) for number in range(GATEWAYS)]
    await let_in(port, gateways, TOKEN)
    connection = await asyncpg.connect(dsn)
    began = time.perf_counter()
    for gateway in gateways:
        gateway.fill()
    await load.done.wait()
    last_ms = first + ((messages - 1) // GATEWAYS * INSTANTS + INSTANTS - 1) * 20
    found = await connection.fetchval(
        "select count(*) from telemetry.reading where at = $1", _instant(last_ms)
    )
    seconds = time.perf_counter() - began
    assert found == GATEWAYS * MEASURES, f"{found} readings of the last instant"
    await connection.close()
    return messages * EACH / seconds


async def _floor(dsn: str, messages: int, first: int, *, alone: bool) -> float:
    connection = await asyncpg.connect(dsn)
    while alone and await connection.fetchval("select count(*) from telemetry.pending"):
        await asyncio.sleep(0.1)
        await rollups.roll_up(connection)  # what ingest, which rests between, has not rolled up itself
    parts = [_copied(number, first) for number in range(messages * EACH // AT_ONCE)]
    began = time.perf_counter()
    for part in parts:
        await connection.copy_to_table(
            "floor", columns=rows.COLUMNS, format="binary", source=io.BytesIO(part)
        )
    seconds = time.perf_counter() - began
    await connection.close()
    return messages * EACH / seconds


def _copied(number: int, first: int) -> bytes:
    places = np.arange(AT_ONCE)
    series = places % (GATEWAYS * MEASURES)
    at_us = (first + (number * INSTANTS + places // (GATEWAYS * MEASURES)) * 20) * 1_000
    order = np.lexsort((at_us, series))
    block = Block(series[order], at_us[order], places[order] / 10)
    return rows.copied(rows.Rows(block), np.zeros(AT_ONCE, np.int16), number)


def _instant(at_ms: int) -> datetime:
    return rows.instant(at_ms * 1000)


def _make_tables(dsn: str, day: date) -> None:
    """Make the day of the readings and the next, with the index of a closed day, and the floor's table."""
    with psycopg.connect(dsn) as connection:
        for one in (day, day + timedelta(days=1)):
            connection.execute("select telemetry.keep_day(%s)", [one])
            connection.execute(f"create index on telemetry.reading_{one:%Y_%m_%d} (series, at)")
        connection.execute(
            "create table floor (like telemetry.reading including constraints including defaults)"
        )
        connection.execute("create index on floor using brin (at, batch) with (pages_per_range = 32)")
        connection.execute("create index on floor (series, at)")


def _check(dsn: str, rounds: int, messages: int) -> None:
    with psycopg.connect(dsn) as connection:
        total, flagged, of_series, most, value, findings = connection.execute(CHECK).fetchone() or ()
    sent = sum(level(number, place) for number in range(messages) for place in range(EACH)) * rounds
    assert total == rounds * messages * EACH, f"{total} readings are there"
    assert flagged == rounds * GATEWAYS * MEASURES, f"{flagged} readings are out of range"
    assert of_series == most == total / (GATEWAYS * MEASURES), f"{of_series} to {most} readings a series"
    assert abs(value - sent) < 0.01, f"the sum is {value} instead of {sent}"
    assert findings == 0, f"{findings} findings"


CHECK = """
    with of_series as (
        select count(*) as many, count(*) filter (where flags = 1) as out_of_range, sum(value) as total
        from telemetry.reading group by series
    )
    select sum(many), sum(out_of_range), min(many), max(many), sum(total),
           (select count(*) from telemetry.finding) + (select count(*) from telemetry.reading where flags > 1)
    from of_series"""
