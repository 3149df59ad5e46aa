"""
`alert_watch`: readings a second through the rules of the catalog, until their batches are let go.

    python -m bench alert_watch [--small]

Data    5,000 gauges of rain, 5,000 of water, 5,000 stations of dust, 5,000 watched points, and 5,000 meters
        at which no rule looks: 25,000 series, each with the profile and measure of the catalog's 17 rules, so
        that a reading passes four of them on average. A round tells each series twice, in batches of 5,000:
        quiet weather, with one gauge in a thousand beyond a limit.
Value   all turns of one watcher in this process, from the first take to the last commit, with the state of
        rules loaded before; alerts, steps and events among it, and memories kept as often as in a node.
Floor   the same batches read whole by `telemetry.readings_of` and let go, on the same connection, 20 a
        transaction. Interleaved, 5 rounds, medians. Load of others is in no figure: run it alone.
Durability  fsync, full_page_writes, synchronous_commit on.
After   each step that the engine alone decides on the same readings is there once, and no other; each alert
        is made again from its evidence, bit for bit. `--small`: one round of 250 series.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import psycopg
from django.db import connection, transaction
from tests.support.alerts import CENTER
from tests.support.readings import store_many
from tests.support.servers import postgres_cluster

from bench.city import SAFE
from bench.harness import ROUNDS, figure, interleave
from bench.node import node
from dothi.alerts import document, keeping
from dothi.alerts.catalog import documents
from dothi.alerts.engine.correlation import again_near
from dothi.alerts.engine.evidence import again
from dothi.alerts.engine.looking import Fits, covers
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import Sample
from dothi.alerts.models import Alert, RuleVersion, Standing, Step
from dothi.alerts.watched import microseconds
from dothi.alerts.watching import BATCHES, Watcher
from dothi.kernel.documents.authoring import parse
from dothi.kernel.ids import new_id

DATABASE = "dothi_alert_bench"
KINDS = (
    ("rain-gauge", "rain", 0.1, 40.0), ("level-gauge", "level", 4.0, 14.2),
    ("air-station", "pm25", 20.0, 400.0), ("flood-point", "flooded", 0.0, 1.0), ("meter", "power", 5.0, 5.0),
)  # fmt: skip
"""Profile, measure, a quiet value and one beyond a limit."""
DEVICES, FEW = 5_000, 50
EACH = 5_000
"""Readings of a batch, as ingest brings them when it is busy."""
TIMES = 2
RARE = 1_000
BEGIN = datetime(2025, 9, 29, tzinfo=UTC)
STEP = timedelta(minutes=10)
Batch = list[tuple[str, str, datetime, float]]


def main(arguments: Sequence[str]) -> int:
    """Measure, check and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench alert_watch", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    small = parser.parse_args(arguments).small
    devices, rounds = (FEW, 1) if small else (DEVICES, ROUNDS)
    with _node(devices) as dsn:
        watcher, told = Watcher(), list[Batch]()
        watcher.expect(BEGIN)
        values, floors = interleave(
            lambda number: _value(dsn, watcher, _batches(devices, number, told)),
            lambda number: _floor(dsn, _batches(devices, number)),
            rounds,
        )
        _check([row for batch in told for row in batch])
    many = devices * len(KINDS) * TIMES
    note = f"{devices * len(KINDS)} series, {len(documents())} rules, {rounds} x {TIMES} readings of each"
    print(figure("alert_watch", values, floors, unit="1/s", n=rounds * many, note=note).line())
    return 0


def _value(dsn: str, watcher: Watcher, batches: list[Batch]) -> float:
    store_many(dsn, batches)
    now, began = batches[-1][-1][2], time.perf_counter()
    while watcher.turn(now):
        pass
    return sum(map(len, batches)) / (time.perf_counter() - began)


def _floor(dsn: str, batches: list[Batch]) -> float:
    """Read what waits and let it go, as raw as SQL can."""
    store_many(
        dsn, [[(device, f"{name}-floor", at, value) for device, name, at, value in rows] for rows in batches]
    )
    raw, began, taken = connection.connection, time.perf_counter(), [0]
    while taken:
        with transaction.atomic():
            # Not Django's cursor, which binds in this process and reads texts.
            cursor = psycopg.Cursor(raw)
            cursor.execute("select * from telemetry.take('alerts', %s)", [BATCHES])
            taken = [row[0] for row in cursor.fetchall()]
            cursor.execute("select * from telemetry.readings_of(%s)", [taken], binary=True).fetchall()
            cursor.execute("select telemetry.done('alerts', %s)", [taken])
    return sum(map(len, batches)) / (time.perf_counter() - began)


def _batches(devices: int, number: int, told: list[Batch] | None = None) -> list[Batch]:
    """Return the batches of a round; `told` gathers those that went through the rules."""
    rows = [
        (f"{profile}-{device}", measure, BEGIN + (number * TIMES + place) * STEP,
         beyond if device % RARE == 0 else quiet)
        for place in range(TIMES) for profile, measure, quiet, beyond in KINDS for device in range(devices)
    ]  # fmt: skip
    found = [rows[begin : begin + EACH] for begin in range(0, len(rows), EACH)]
    if told is not None:
        told += found
    return found


@contextmanager
def _node(devices: int) -> Iterator[str]:
    """Run a node's database with the catalog's rules and the devices; return telemetry's DSN."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_cluster(**SAFE) as cluster,
        node(cluster, Path(folder), DATABASE),
    ):
        dsn = cluster.dsn("dothi_telemetry", DATABASE)
        _make(dsn, devices)
        yield dsn


def _make(dsn: str, devices: int) -> None:
    with psycopg.connect(dsn) as owner, owner.cursor() as cursor:
        cursor.executemany(
            "insert into telemetry.profile (name, measures) values (%s, '[]')", [[one[0]] for one in KINDS]
        )
        rows = [(f"{profile}-{device}", profile, BEGIN, 105.8 + device % 71 / 100, 21.0 + device // 71 / 100)
                for profile, *_ in KINDS for device in range(devices)]  # fmt: skip
        cursor.executemany(
            "insert into telemetry.device (id, profile, created_at, lon, lat) values (%s, %s, %s, %s, %s)",
            rows,
        )
    keeping.QUEUE.register()
    for file in documents():
        data = parse(file.read_text(encoding="utf-8"))
        rule = document.trusted(data)
        version = RuleVersion.objects.create(
            id=uuid5(CENTER, rule.sha256), code=rule.code, version=rule.version, document=data,
            sha256=rule.sha256, unit_id=CENTER, published_at=BEGIN,
        )  # fmt: skip
        Standing.objects.create(id=new_id(), code=rule.code, version=version, live=True, since=BEGIN)


def _check(told: Batch) -> None:
    """Hold what was told against what the engine alone decides."""
    found = Counter(Step.objects.values_list("alert__rule", "act", "alert__thing", "occurred_at"))
    expected = Counter[tuple[Any, ...]]()
    rules = {watching.rule.code: watching.rule for watching in keeping.at_work()}
    for rule in rules.values():
        expected.update(_decided(rule, told))
    assert found == expected, f"{found - expected} too many, {expected - found} too few"
    assert found, "nothing was raised"
    for alert in Alert.objects.all():
        redo = again_near if rules[alert.rule].kind == "correlation" else again
        made = tuple(redo(rules[alert.rule], alert.evidence))
        assert made == (True, microseconds(alert.raised_at), alert.value), alert.evidence


def _decided(rule: Rule, told: Batch) -> Iterator[tuple[Any, ...]]:
    samples = [
        (device, Sample(microseconds(at), value)) for device, measure, at, value in told
        if measure == rule.looks_at.measure and covers(rule.looks_at, Fits(device, device.rsplit("-", 1)[0]))
    ]  # fmt: skip
    words = {"raise": "raised", "clear": "cleared"}
    for one in run(rule, samples, keeping.places_of(keeping.things())):
        yield rule.code, words[one.act], one.thing, _instant(one.at)


def _instant(at_us: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at_us)
