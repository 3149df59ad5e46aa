"""What rules remember lives in the watcher: kept from time to time, folded again, the same bit for bit."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from dothi.alerts import queries
from dothi.alerts.engine.evidence import again
from dothi.alerts.keeping import QUEUE
from dothi.alerts.models import Alert, Memory, Step, Turn
from dothi.alerts.watched import microseconds
from dothi.alerts.watching import KEEP_AFTER, Watcher
from dothi.config.supervisor import postgres
from dothi.registers.devices.batches import Queue
from tests.support.alerts import AT, a_rule, a_watching
from tests.support.readings import store_many, telemetry

MINUTE = timedelta(minutes=1)
SUM: dict[str, Any] = {"kind": "window", "window": {"over_s": 3600, "what": "sum"}}
PLACES = {f"rain-{number:05}": (105.8 + number / 1000, 21.0, f"{number:05}") for number in range(6)}


@pytest.fixture
def dsn(cluster: postgres.Cluster, fresh_database: str) -> str:
    """Telemetry with six gauges in a database of this test's own."""
    found = telemetry(cluster, fresh_database, PLACES)
    QUEUE.register()
    return found


def rain(dsn: str, minute: int, *values: float) -> None:
    """Store one batch: a value of each gauge, as many as there are values."""
    rows = [
        (gauge, "rain", AT + minute * MINUTE, value) for gauge, value in zip(PLACES, values, strict=False)
    ]
    store_many(dsn, [rows])


def watched(dsn: str, watchers: list[Watcher], minutes: int = 40) -> list[tuple[str, str, Any]]:
    """Let watchers take turns, a batch each; return what was told."""
    for minute in range(minutes):
        rain(dsn, minute, *(0.1 * minute * place for place in range(6)))
        assert watchers[minute % len(watchers)].turn(AT + minute * MINUTE) == 1
    return list(
        Step.objects.order_by("occurred_at", "alert__thing").values_list("act", "alert__thing", "occurred_at")
    )


class TestWatcher:
    def test_comes_to_the_same_with_one_two_or_a_new_one_each_turn(
        self, cluster: postgres.Cluster, dsn: str
    ) -> None:
        a_watching(**SUM)
        told = watched(dsn, [Watcher()])
        assert len(told) > 3
        evidence = {row.thing: row.evidence for row in Alert.objects.all()}
        for row in Alert.objects.all():
            assert tuple(again(a_rule(**SUM), row.evidence)) == (True, microseconds(row.raised_at), row.value)
        _begin_anew(cluster, dsn)
        assert watched(dsn, [Watcher(), Watcher(), Watcher()]) == told
        _begin_anew(cluster, dsn)
        assert watched(dsn, [Watcher() for _ in range(40)]) == told
        assert {row.thing: row.evidence for row in Alert.objects.all()} == evidence

    def test_keeps_memories_after_a_while_and_what_turns_took_until_then(self, dsn: str) -> None:
        a_watching(**SUM)
        watcher = Watcher()
        for minute, kept in enumerate([True, False, False, True]):
            at = AT + minute * KEEP_AFTER / 3
            rain(dsn, minute, 1, 2, 3)
            watcher.turn(at)
            assert Turn.objects.latest("number").kept == kept
        assert Turn.objects.count() == 1
        assert Memory.objects.count() == 3

    def test_forgets_nothing_that_a_turn_took_when_it_is_killed(self, dsn: str) -> None:
        a_watching(**SUM)
        first = Watcher()
        for minute in range(3):
            rain(dsn, minute, 10)
            first.turn(AT + timedelta(seconds=minute))
        assert Turn.objects.filter(kept=False).count() == 2
        rain(dsn, 3, 10)
        Watcher().turn(AT + 4 * MINUTE)
        (row,) = queries.alerts_at(AT + 4 * MINUTE)
        assert (row.value, len(queries.evidence(row.id)["samples"])) == (40, 4)

    def test_remembers_nothing_of_a_turn_that_failed(self, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
        a_watching(**SUM)
        watcher = Watcher()
        rain(dsn, 0, 20)
        with monkeypatch.context() as broken:
            broken.setattr(Queue, "done", _fails)
            with pytest.raises(psycopg.OperationalError):
                watcher.turn(AT)
        assert watcher.turn(AT) == 1
        rain(dsn, 1, 20)
        watcher.turn(AT + MINUTE)
        assert [row.value for row in queries.alerts_at(AT + MINUTE)] == [40]

    def test_sees_a_device_that_was_entered_meanwhile_and_drops_one_that_was_revoked(
        self, cluster: postgres.Cluster, dsn: str
    ) -> None:
        a_watching(**SUM)
        watcher = Watcher()
        rain(dsn, 0, 1)
        watcher.turn(AT)
        assert Memory.objects.count() == 1
        with psycopg.connect(dsn) as connection:
            connection.execute(
                "insert into telemetry.device (id, profile, created_at) values ('rain-new', 'gauge', now())"
            )
            connection.execute("update telemetry.device set revoked_at = now() where id = 'rain-00000'")
        store_many(dsn, [[("rain-new", "rain", AT + MINUTE, 50.0)]])
        watcher.turn(AT + MINUTE)
        watcher.keep(AT + MINUTE)
        assert [row.thing for row in queries.alerts_at(AT + MINUTE)] == ["rain-new"]
        assert [row.thing for row in Memory.objects.all()] == ["rain-new"]


def _fails(_queue: Queue, _batches: object) -> None:
    raise psycopg.OperationalError("gone")


def _begin_anew(cluster: postgres.Cluster, dsn: str) -> None:
    """Let nothing have happened but that the rule was published."""
    name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, str(name))) as connection:
        connection.execute(
            "truncate alerts_alert, alerts_step, alerts_firing, alerts_memory, alerts_turn, events_outbox"
            " cascade"
        )
        connection.execute("truncate telemetry.reading, telemetry.batch, telemetry.pending")
