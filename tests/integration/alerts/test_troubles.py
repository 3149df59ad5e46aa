"""Rules that fail, rules that fire without end, and storms of devices: told, bounded, and held apart."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from dothi.alerts import minds, overview, queries, raising
from dothi.alerts.actions.handle import close
from dothi.alerts.actions.keep import lift
from dothi.alerts.engine.fold import fold as as_it_is
from dothi.alerts.engine.samples import Decision, Memory, Sample
from dothi.alerts.errors import NotQuarantined
from dothi.alerts.keeping import QUEUE
from dothi.alerts.models import Alert, Finding, Firing
from dothi.alerts.overview import Stands
from dothi.alerts.raising import take_effect
from dothi.alerts.serving import JUMP, SETTLE_S, Jumps
from dothi.alerts.types import Call, Label, State
from dothi.alerts.watched import ALL
from dothi.alerts.watching import Watcher
from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM, Duty, Refused
from dothi.foundation.tasks.models import Task
from dothi.kernel.ids import new_id
from tests.support.alerts import AT, a_watching, decided, operator, turn
from tests.support.events import emitted, faults
from tests.support.people import found_center, signed_in
from tests.support.readings import store_many, telemetry

MINUTE = timedelta(minutes=1)
GAUGES = {f"rain-{number:05}": (105.8 + number / 1000, 21.0, f"{number:05}") for number in range(40)}
ABSENCE: dict[str, Any] = {
    "code": "silent", "kind": "absence",
    "limit": {"direction": "above", "fire_at": 1800, "clear_at": 1800,
              "basis": {"source": "tests", "clause": "1", "verified": False}},
}  # fmt: skip


@pytest.fixture
def dsn(cluster: postgres.Cluster, fresh_database: str) -> str:
    """Telemetry with forty gauges in a database of this test's own."""
    found = telemetry(cluster, fresh_database, GAUGES)
    QUEUE.register()
    return found


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rule `rain-bad` fail on every 13."""

    def fails(rule: Any, thing: str, memory: Memory, samples: Sequence[Sample], **more: Any) -> Any:
        if rule.code == "rain-bad" and any(sample.value == 13 for sample in samples):
            raise ZeroDivisionError("thirteen")
        return as_it_is(rule, thing, memory, samples, **more)

    monkeypatch.setattr(minds, "fold", fails)


def tell(dsn: str, minute: int, *values: float) -> None:
    """Store one batch: a value of each gauge, as many as there are values."""
    rows = [
        (gauge, "rain", AT + minute * MINUTE, value) for gauge, value in zip(GAUGES, values, strict=False)
    ]
    store_many(dsn, [rows])


def stands(code: str) -> Stands:
    return overview.foremost(overview.versions(code, now())).stands


@pytest.mark.usefixtures("breaking")
class TestRuleThatFails:
    def test_is_told_with_its_exception_and_reading_and_leaves_only_that_out(self, dsn: str) -> None:
        a_watching(code="rain-bad")
        a_watching(code="rain-good")
        tell(dsn, 0, 13, 50)
        assert turn(AT) == 1
        (found,) = overview.versions("rain-bad", now())[0].findings
        assert (found.error, found.said, found.thing) == ("ZeroDivisionError", "thirteen", "rain-00000")
        assert found.reading == {"at": AT.isoformat(), "value": 13, "flags": 0}
        assert found.quarantined_at is None
        assert {(row.rule, row.thing) for row in queries.alerts_at(AT)} == {
            ("rain-bad", "rain-00001"), ("rain-good", "rain-00001"),
        }  # fmt: skip

    def test_is_in_quarantine_from_the_third_time_on_and_the_others_go_on(self, dsn: str) -> None:
        a_watching(code="rain-bad")
        a_watching(code="rain-good")
        for minute in range(3):
            tell(dsn, minute, 13, 50)
            turn(AT + minute * MINUTE)
        assert stands("rain-bad") is Stands.QUARANTINED
        tell(dsn, 5, 40, 1)
        turn(AT + 5 * MINUTE)
        found = {(row.rule, row.thing): row.state for row in queries.alerts_at(AT + 5 * MINUTE)}
        assert found == {
            ("rain-bad", "rain-00001"): State.RAISED, ("rain-good", "rain-00000"): State.RAISED,
            ("rain-good", "rain-00001"): State.CLEARED,
        }  # fmt: skip
        assert Task.objects.filter(finished_at=None, duty=Duty.ADMINISTER_DEVICES).count() == 1
        assert [fault for kind, data in emitted() for fault in faults(kind, data)] == []

    def test_goes_on_when_a_person_lifts_it_knowing_which_alerts_are_open(self, dsn: str) -> None:
        bad = a_watching(code="rain-bad")
        tell(dsn, 0, 13, 50)
        tell(dsn, 1, 13, 50)
        tell(dsn, 2, 13, 50)
        turn(AT)
        keeper, key = operator(Duty.ADMINISTER_DEVICES), new_id()
        with pytest.raises(Refused):
            lift(rule_id=bad.id, actor=SYSTEM, at=AT, key=key)
        with pytest.raises(Refused):
            lift(rule_id=bad.id, actor=operator(), at=AT, key=key)
        for _ in range(2):
            lift(rule_id=bad.id, actor=keeper, at=AT + 5 * MINUTE, key=key)
        with pytest.raises(NotQuarantined):
            lift(rule_id=bad.id, actor=keeper, at=AT + 5 * MINUTE, key=new_id())
        assert Task.objects.filter(finished_at=None).count() == 0
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where id = %s", [key])
            assert cursor.fetchone() == (1,)
        tell(dsn, 6, 60, 1)
        turn(AT + 6 * MINUTE)
        assert {row.thing: row.state for row in queries.alerts_at(AT + 6 * MINUTE)} == {
            "rain-00000": State.RAISED, "rain-00001": State.CLEARED,
        }  # fmt: skip

    def test_is_told_where_what_it_says_cannot_be_written(
        self, dsn: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        effect = raising.take_effect

        def fails(watching: Any, *rest: Any) -> None:
            if watching.rule.code == "rain-bad":
                raise ValueError("words")
            effect(watching, *rest)

        monkeypatch.setattr("dothi.alerts.watching.take_effect", fails)
        a_watching(code="rain-bad")
        a_watching(code="rain-good")
        tell(dsn, 0, 50)
        assert turn(AT) == 1
        assert [row.rule for row in queries.alerts_at(AT)] == ["rain-good"]
        assert Finding.objects.get().error == "ValueError"

    def test_that_takes_too_long_is_stopped_and_told(self, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(minds, "LONGEST_S", 0.0)
        a_watching(code="rain-slow")
        for minute in range(3):
            tell(dsn, minute, 50, 50)
            turn(AT + minute * MINUTE)
        assert Finding.objects.get().error == "TookTooLong"
        assert stands("rain-slow") is Stands.QUARANTINED


class TestCrowd:
    def test_of_devices_that_fall_silent_at_once_is_one_alert(self, dsn: str) -> None:
        a_watching(**ABSENCE)
        watcher = Watcher()
        tell(dsn, 0, *range(40))
        watcher.turn(AT)
        watcher.pass_time(AT + 32 * MINUTE)
        (row,) = queries.alerts_at(AT + 32 * MINUTE)
        assert (row.thing, row.value, row.title_vi) == (ALL, 40, "Mưa lớn: 40 nơi cùng lúc")
        assert Firing.objects.filter(alert_id=row.id, cleared_at=None).count() == 40
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())
        page = van.get(f"/center/alerts/{row.id}").content.decode()
        assert "Nhiều nơi" in page
        assert all(gauge in page for gauge in GAUGES)
        tell(dsn, 40, *range(39))
        watcher.turn(AT + 40 * MINUTE)
        assert queries.one(row.id, AT + 40 * MINUTE).state is State.RAISED
        store_many(dsn, [[("rain-00039", "rain", AT + 41 * MINUTE, 1.0)]])
        watcher.turn(AT + 41 * MINUTE)
        assert queries.one(row.id, AT + 41 * MINUTE).state is State.CLEARED

    def test_takes_in_those_that_had_an_alert_each_when_they_fall_silent_one_by_one(self, dsn: str) -> None:
        a_watching(**ABSENCE)
        watcher = Watcher()
        for second, gauge in enumerate(GAUGES):
            store_many(dsn, [[(gauge, "rain", AT + timedelta(seconds=second), 1.0)]])
        while watcher.turn(AT + MINUTE):
            pass
        for second in range(40):
            watcher.pass_time(AT + 31 * MINUTE + timedelta(seconds=second))
        (row,) = queries.alerts_at(AT + 32 * MINUTE)
        assert (row.thing, row.is_open) == (ALL, True)
        assert Firing.objects.filter(alert_id=row.id, cleared_at=None).count() == 40
        labels = Alert.objects.filter(state=State.CLOSED).values_list("label", flat=True)
        assert set(labels) == {Label.UNKNOWN}

    def test_that_a_person_closed_raises_nothing_until_things_recover(self, dsn: str) -> None:
        a_watching(**ABSENCE)
        watcher = Watcher()
        tell(dsn, 0, *range(40))
        watcher.turn(AT)
        watcher.pass_time(AT + 32 * MINUTE)
        (row,) = queries.alerts_at(AT + 32 * MINUTE)
        close(Call(row.id, operator(), AT + 33 * MINUTE), label=Label.TRUE)
        watcher.pass_time(AT + 60 * MINUTE)
        assert queries.alerts_at(AT + 60 * MINUTE) == []
        tell(dsn, 61, 1, 1)
        watcher.turn(AT + 61 * MINUTE)
        assert Firing.objects.filter(cleared_at=None).count() == 38
        watcher.pass_time(AT + 100 * MINUTE)
        assert [one.thing for one in queries.alerts_at(AT + 100 * MINUTE)] == ["rain-00000", "rain-00001"]

    @pytest.mark.parametrize("many", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
    @pytest.mark.usefixtures("db")
    def test_bounds_a_rule_that_would_raise_very_many(self, many: int) -> None:
        watching = a_watching()
        decisions: list[Decision] = [decided(f"thing-{number}") for number in range(many)]
        take_effect(watching, decisions, {}, AT)
        (row,) = queries.alerts_at(AT)
        assert (row.thing, row.value) == (ALL, many)
        assert Firing.objects.count() == many
        assert Firing.objects.exclude(evidence={}).count() == 1_000
        assert len(json.dumps(queries.evidence(row.id))) < 100_000
        assert len(emitted()) == 1
        take_effect(
            watching, [decided(f"thing-{number}", act="clear") for number in range(many)], {}, AT + MINUTE
        )
        assert queries.one(row.id, AT + MINUTE).state is State.CLEARED


class TestJumps:
    def test_of_the_clock_hold_back_what_time_alone_brings(self) -> None:
        passed, at, told = [0.0], [AT], list[str]()
        jumps = Jumps(lambda: at[0], lambda: passed[0])
        assert jumps.settled(told.append)
        at[0] += 2 * JUMP
        passed[0] += 1
        assert not jumps.settled(told.append)
        assert len(told) == 1
        for _ in range(int(SETTLE_S)):
            at[0] += timedelta(seconds=1)
            passed[0] += 1
            jumps.settled(told.append)
        assert jumps.settled(told.append)
        at[0] -= timedelta(days=1)
        assert not jumps.settled(told.append)
        assert len(told) == 2
