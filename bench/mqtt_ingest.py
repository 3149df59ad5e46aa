"""
`mqtt_ingest`: readings a second through the MQTT door, one a message, until rows and context have the last.

    python -m bench mqtt_ingest [--small]

Data    200 devices of a profile with limits of range, step, gap and stuck, each the twin of an entity; no
        reading before. Instants are of the minutes around now, a millisecond from one message to the next.
Value   from the first PUBLISH until the last reading is read back from PostgreSQL, and the broker answers
        with the last state of each entity (NGSI-LD, `observedAt` of the last reading): QoS 1, 60 bytes, one
        reading a message, each acknowledged after its commit. The broker feeds itself, as in a node.
Client  200 connections in one thread, up to 100 messages under way on each; bench/mqtt_devices.c, built at
        run, or bench/mqtt_devices.py where there is no C compiler, as the note says; on the same cores.
Floor   the same generator to the MQTT listener of nats-server (JetStream, file store), until a subscriber
        with a lasting session (a durable consumer with a file), the same program in a second process,
        has acknowledged all; no rows, no quality, no context. Interleaved,
        5 rounds of 120,000 messages, medians. Aim: 80 % of the floor, at least 50 %.
Durability  PostgreSQL: fsync, full_page_writes, synchronous_commit on. NATS as shipped.
After   a row for each acknowledged message with its instant and value, no more, no flag, no finding.
        `--small`: one round of 2,000 messages.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
from tests.support.mqtt import nats_listener
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.devices import TOKEN, devices_made, ended, generator, go, running_ingest, started
from bench.doors import PATIENCE_S, running_broker
from bench.harness import ROUNDS, figure, interleave
from dothi.config.supervisor import postgres

DATABASE = "dothi_telemetry_bench"
CONNECTIONS = 200
WINDOW = 100
MESSAGES, FEW = 120_000, 2_000
LEAD_MS = 90_000
"""The first reading lies so long ago, so that none is late, nor more than ten minutes ahead of the clock."""


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench mqtt_ingest", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    small = parser.parse_args(arguments).small
    rounds, messages = (1, FEW) if small else (ROUNDS, MESSAGES)
    first_ms = round(time.time() * 1000) - LEAD_MS
    with (
        tempfile.TemporaryDirectory() as name,
        generator(Path(name)) as (command, language),
        postgres_cluster(**SAFE) as cluster,
    ):
        postgres.create_database(cluster, DATABASE)
        dsn = cluster.dsn(postgres.SUPERUSER, DATABASE)
        devices_made(dsn, CONNECTIONS)
        _make_twins(dsn)
        with (
            running_ingest(dsn) as port,
            running_broker(dsn, "--feed") as broker,
            httpx.Client(base_url=f"http://127.0.0.1:{broker}/ngsi-ld/v1", timeout=PATIENCE_S) as context,
        ):
            values, floors = interleave(
                lambda number: _value(dsn, context, port, command, first_ms + number * messages, messages),
                lambda _: _floor(command, messages),
                rounds,
            )
        _check(dsn, first_ms, rounds * messages)
    note = f"generator in {language}, {CONNECTIONS} connections, {rounds} x {messages} messages of 60 bytes"
    print(figure("mqtt_ingest", values, floors, unit="1/s", n=rounds * messages, note=note).line())
    return 0


def _make_twins(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "insert into telemetry.twin select id, 'level', 'urn:ngsi-ld:Gauge:' || id, 'Gauge', 'level'"
            " from telemetry.device"
        )


def _value(
    dsn: str, context: httpx.Client, port: int, command: Sequence[str], first_ms: int, messages: int
) -> float:
    told = [str(port), str(CONNECTIONS), str(messages), str(WINDOW), str(first_ms), TOKEN]
    devices = started(*command, "publish", *told)
    began = time.perf_counter()
    go(devices)
    ended(devices, messages)
    _check_last(dsn, first_ms + messages - 1)
    _await_states(context, first_ms, messages)
    return messages / (time.perf_counter() - began)


def _check_last(dsn: str, last_ms: int) -> None:
    """Read the last reading, which is there once it is acknowledged."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(LAST, [last_ms]).fetchone()
        assert found == (1,), f"the last reading: {found}"


LAST = """
    select count(*) from telemetry.reading where at = timestamptz 'epoch' + %s * interval '1 ms'"""


def _await_states(context: httpx.Client, first_ms: int, messages: int) -> None:
    """Ask until each entity has the state of the last reading of its device."""
    wanted = {
        f"urn:ngsi-ld:Gauge:device-{number % CONNECTIONS}": (first_ms + number, 100 + number % 1000 / 10)
        for number in range(messages - CONNECTIONS, messages)
    }
    deadline = time.monotonic() + PATIENCE_S
    while (found := _states(context)) != wanted:
        assert time.monotonic() < deadline, f"the last states: {len(wanted.items() - found.items())} are not"
        time.sleep(0.02)


def _states(context: httpx.Client) -> dict[str, tuple[int, float]]:
    """Return instant (milliseconds since 1970) and value of each entity."""
    told = context.get("entities", params={"type": "Gauge", "limit": CONNECTIONS}).json()
    return {
        one["id"]: (
            round(datetime.fromisoformat(one["level"]["observedAt"]).timestamp() * 1000),
            one["level"]["value"],
        )
        for one in told
    }


def _floor(command: Sequence[str], messages: int) -> float:
    with tempfile.TemporaryDirectory() as folder, nats_listener(Path(folder)) as port:
        taker = started(*command, "take", str(port), str(messages))
        told = [str(port), str(CONNECTIONS), str(messages), str(WINDOW), "0", "none"]
        devices = started(*command, "publish", *told)
        began = time.perf_counter()
        go(devices)
        ended(devices, messages)
        ended(taker, messages)
        return messages / (time.perf_counter() - began)


def _check(dsn: str, first_ms: int, messages: int) -> None:
    """Check that what is there is what was sent: each instant once, with its value."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(CHECK, [first_ms]).fetchone()
        assert found == (messages, messages, 0, 0), f"rows, right ones, flags, findings: {found}"


CHECK = """
    with told as (
        select flags, value, round(extract(epoch from at) * 1000) - %s as number from telemetry.reading
    )
    select count(*), count(distinct number) filter (where abs(value - 100 - number %% 1000 / 10) < 1e-6),
           count(*) filter (where flags <> 0), (select count(*) from telemetry.finding)
    from told"""
