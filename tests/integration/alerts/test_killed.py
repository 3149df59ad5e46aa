"""The watcher as a process, killed in the middle of its work, loses no alert and doubles none."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from dothi.alerts.engine.running import run
from dothi.alerts.engine.samples import Sample
from dothi.alerts.keeping import QUEUE
from dothi.alerts.models import Alert, Step
from dothi.alerts.watched import microseconds
from dothi.config.supervisor import postgres
from tests.support.alerts import AT, a_rule, a_watching
from tests.support.readings import store_many, telemetry
from tests.support.servers import die_with_parent
from tests.support.waiting import PATIENCE_S, until

GAUGES = {f"rain-{number:05}": (105.8 + number / 1000, 21.0, f"{number:05}") for number in range(12)}
WINDOW: dict[str, Any] = {"kind": "window", "window": {"over_s": 900, "what": "sum"}}
Rows = list[tuple[str, str, datetime, float]]


class TestKilled:
    @pytest.mark.parametrize(
        "kills", [2, pytest.param(12, marks=pytest.mark.long)], ids=["a few times", "many times"]
    )
    def test_loses_no_alert_and_doubles_none(
        self, cluster: postgres.Cluster, fresh_database: str, tmp_path: Path, kills: int
    ) -> None:
        dsn = telemetry(cluster, fresh_database, GAUGES)
        QUEUE.register()
        a_watching(**WINDOW)
        batches = _storm(batches=80 * kills)
        store_many(dsn, batches)
        for _ in range(kills):
            with _watcher(cluster, fresh_database, tmp_path) as process:
                _until_fewer(_waiting())
                process.kill()
        # Two watchers take turns.
        with _watcher(cluster, fresh_database, tmp_path), _watcher(cluster, fresh_database, tmp_path):
            until(lambda: _waiting() == 0)
        assert _told() == _expected(batches)


class TestServing:
    def test_goes_on_when_its_connection_was_cut_and_ends_when_told_to(
        self, cluster: postgres.Cluster, fresh_database: str, tmp_path: Path
    ) -> None:
        dsn = telemetry(cluster, fresh_database, GAUGES)
        QUEUE.register()
        a_watching(**WINDOW)
        batches = _storm(batches=60)
        store_many(dsn, batches[:30])
        with _watcher(cluster, fresh_database, tmp_path) as process:
            until(lambda: _waiting() == 0)
            _cut(cluster, fresh_database)
            store_many(dsn, batches[30:])
            until(lambda: _waiting() == 0)
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        assert _told() == _expected(batches)


def _cut(cluster: postgres.Cluster, name: str) -> None:
    """End the connections of the watcher, not that of this test."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (own,) = cursor.fetchone()
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, name)) as superuser:
        cut = superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and usename = 'dothi_app' and pid <> %s", [name, own],
        ).fetchall()  # fmt: skip
    assert cut
    assert all(ended for (ended,) in cut)


def _storm(batches: int) -> list[Rows]:
    """Rain that comes and goes over each gauge: one reading of each a batch, a minute apart."""
    weather = random.Random(4)
    heavy = dict.fromkeys(GAUGES, False)
    found: list[Rows] = []
    for minute in range(batches):
        for gauge in GAUGES:
            heavy[gauge] ^= weather.random() < 0.05
        at = AT + timedelta(minutes=minute)
        found.append(
            [(gauge, "rain", at, weather.uniform(2, 4) if heavy[gauge] else 0.0) for gauge in GAUGES]
        )
    return found


def _expected(batches: Sequence[Rows]) -> Counter[tuple[str, str, int]]:
    samples = [(gauge, Sample(microseconds(at), value)) for rows in batches for gauge, _, at, value in rows]
    words = {"raise": "raised", "clear": "cleared"}
    found = Counter((words[one.act], one.thing, one.at) for one in run(a_rule(**WINDOW), samples, {}))
    assert len(found) > 10
    return found


def _told() -> Counter[tuple[str, str, int]]:
    rows = Step.objects.values_list("act", "alert__thing", "occurred_at")
    assert Alert.objects.count() == Step.objects.filter(act="raised").count()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from events_outbox")
        assert cursor.fetchone() == (len(rows),)
    return Counter((act, thing, microseconds(at)) for act, thing, at in rows)


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from telemetry.pending")
        return int(cursor.fetchone()[0])


def _until_fewer(before: int) -> None:
    until(lambda: _waiting() < before)


class _watcher:  # noqa: N801 - used as a function is
    """`dothi watch` on a database, killed at the end of the block; its clock stands before the storm."""

    def __init__(self, cluster: postgres.Cluster, name: str, folder: Path) -> None:
        clock = folder / "clock"
        clock.write_text(str(round((AT - timedelta(days=1) - datetime.now(UTC)).total_seconds())))
        environ = {
            **os.environ, "DOTHI_DSN": cluster.dsn("dothi_app", name), "DOTHI_CLOCK_FILE": str(clock),
            "DOTHI_ROOT_KEY_FILE": str(settings.ROOT_KEY_FILE),
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", "watch"], env=environ,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )  # fmt: skip

    def __enter__(self) -> "subprocess.Popen[bytes]":
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(20)
