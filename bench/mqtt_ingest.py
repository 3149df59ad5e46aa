"""
`mqtt_ingest`: readings a second through the MQTT door, one a message, until the last can be read.

    python -m bench mqtt_ingest [--small]

Data    200 devices of a profile with limits of range, step, gap and stuck; no reading before.
Value   from the first PUBLISH until the last reading and the last value of each series are read back from
        PostgreSQL: QoS 1, 60 bytes, one reading a message, each acknowledged after its commit.
Client  200 connections in one thread, up to 100 messages under way on each; bench/mqtt_devices.c, built at
        run, or bench/mqtt_devices.py where there is no C compiler, as the note says; on the same cores.
Floor   the same generator to the MQTT listener of nats-server (JetStream, file store), until a subscriber
        with a lasting session, the same program in a second process, has acknowledged all. Interleaved,
        5 rounds of 150,000 messages, medians. Aim: 80 % of the floor, at least 50 %.
Durability  PostgreSQL: fsync, full_page_writes, synchronous_commit on. NATS as shipped.
After   a row for each acknowledged message with its instant and value, no more, no flag, no finding.
        `--small`: one round of 2,000 messages.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from tests.support.mqtt import nats_listener
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.devices import TOKEN, devices_made, ended, generator, go, running_ingest, started
from bench.harness import ROUNDS, figure, interleave
from dothi.config.supervisor import postgres

DATABASE = "dothi_telemetry_bench"
CONNECTIONS = 200
WINDOW = 100
MESSAGES, FEW = 150_000, 2_000
LEAD_MS = 20 * 86_400_000
"""The first reading lies so long ago; no round comes to now."""


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
        with running_ingest(dsn) as port:
            values, floors = interleave(
                lambda number: _value(dsn, port, command, first_ms + number * messages, messages),
                lambda _: _floor(command, messages),
                rounds,
            )
        _check(dsn, first_ms, rounds * messages)
    note = f"generator in {language}, {CONNECTIONS} connections, {rounds} x {messages} messages of 60 bytes"
    print(figure("mqtt_ingest", values, floors, unit="1/s", n=rounds * messages, note=note).line())
    return 0


def _value(dsn: str, port: int, command: Sequence[str], first_ms: int, messages: int) -> float:
    told = [str(port), str(CONNECTIONS), str(messages), str(WINDOW), str(first_ms), TOKEN]
    devices = started(*command, "publish", *told)
    began = time.perf_counter()
    go(devices)
    ended(devices, messages)
    _await_last(dsn, first_ms + messages - 1)
    return messages / (time.perf_counter() - began)


def _await_last(dsn: str, last_ms: int) -> None:
    """Read the last reading, and the last value of each series."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(LAST, [last_ms, last_ms - CONNECTIONS]).fetchone()
        assert found == (1, CONNECTIONS), f"the last reading and last values: {found}"


LAST = """
    select (select count(*) from telemetry.reading where at = timestamptz 'epoch' + %s * interval '1 ms'),
           (select count(*) from telemetry.last_value
            where at > timestamptz 'epoch' + %s * interval '1 ms')"""


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
