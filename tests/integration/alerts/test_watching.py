"""Readings become alerts: in one transaction, once, whoever is interrupted."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from dothi.alerts import queries
from dothi.alerts.document import trusted
from dothi.alerts.engine.evidence import again
from dothi.alerts.engine.rule import Rule
from dothi.alerts.keeping import QUEUE
from dothi.alerts.models import Alert, Firing, Memory, RuleVersion
from dothi.alerts.serving import once
from dothi.alerts.types import State
from dothi.alerts.watching import Watcher
from dothi.config.supervisor import postgres
from dothi.kernel.ids import new_id
from tests.support.alerts import AT, a_watching, pass_time, turn
from tests.support.center import BA_DINH, HOAN_KIEM, areas
from tests.support.people import found_center, signed_in
from tests.support.readings import store, telemetry

MINUTE = timedelta(minutes=1)
CHECKED = re.compile(r'name="wards"[^>]+value="(\d+)" checked')
PLACES = {
    "rain-00070": (105.85, 21.03, "00070"),
    "rain-00004": (105.84, 21.05, "00004"),
    "rain-00008": (105.85, 21.04, "00008"),
}


@pytest.fixture
def dsn(cluster: postgres.Cluster, fresh_database: str) -> str:
    """Telemetry with three gauges in a database of this test's own, of which the watcher hears."""
    found = telemetry(cluster, fresh_database, PLACES)
    QUEUE.register()
    return found


def rain(dsn: str, *rows: tuple[str, float, float]) -> None:
    """Store readings of rain, given as gauge, minute and value."""
    store(dsn, [(gauge, "rain", AT + minute * MINUTE, value) for gauge, minute, value in rows])


class TestTurn:
    def test_raises_and_clears_alerts_and_lets_the_batches_go(self, dsn: str) -> None:
        a_watching()
        rain(dsn, ("rain-00070", 0, 12), ("rain-00070", 1, 40), ("rain-00004", 1, 8))
        assert turn(AT + 2 * MINUTE) == 1
        (row,) = queries.alerts_at(AT + 2 * MINUTE)
        assert (row.thing, row.value, row.raised_at) == ("rain-00070", 40, AT + MINUTE)
        assert (row.recorded_at, row.place.ward_code) == (AT + 2 * MINUTE, "00070")
        rain(dsn, ("rain-00070", 3, 20))
        assert turn(AT + 4 * MINUTE) == 1
        assert queries.one(row.id, AT + 4 * MINUTE).state is State.CLEARED
        assert turn(AT + 5 * MINUTE) == 0

    def test_that_fails_leaves_all_as_it_was(self, dsn: str) -> None:
        a_watching()
        rain(dsn, ("rain-00070", 1, 40))
        with transaction.atomic():
            turn(AT + 2 * MINUTE)
            transaction.set_rollback(True)
        assert (Alert.objects.count(), Memory.objects.count()) == (0, 0)
        assert turn(AT + 2 * MINUTE) == 1
        assert Alert.objects.count() == 1

    def test_is_not_disturbed_by_the_batches_coming_one_by_one_or_together(self, dsn: str) -> None:
        a_watching(kind="window", window={"over_s": 3600, "what": "sum"})
        for minute in range(0, 60, 10):
            rain(dsn, ("rain-00070", minute, 6), ("rain-00004", minute, 1))
        turn(AT + 61 * MINUTE)
        (row,) = queries.alerts_at(AT + 61 * MINUTE)
        assert (row.thing, row.value, row.raised_at) == ("rain-00070", 36, AT + 50 * MINUTE)

    def test_keeps_evidence_from_which_the_decision_is_made_again(self, dsn: str) -> None:
        a_watching(kind="window", window={"over_s": 3600, "what": "sum"})
        rain(dsn, *(("rain-00070", minute, 0.1 * minute) for minute in range(1, 60, 2)))
        turn(AT + 61 * MINUTE)
        (row,) = queries.alerts_at(AT + 61 * MINUTE)
        assert tuple(again(_rule(), queries.evidence(row.id))) == (True, _us(row.raised_at), row.value)

    def test_looks_at_nothing_that_its_rules_do_not(self, dsn: str) -> None:
        a_watching(looks_at={"measure": "rain", "unit": "mm", "wards": ["00004"]})
        rain(dsn, ("rain-00070", 0, 40), ("rain-00004", 0, 40))
        store(dsn, [("rain-00004", "level", AT + MINUTE, 99.0)])
        turn(AT + 2 * MINUTE)
        assert [row.thing for row in queries.alerts_at(AT + 2 * MINUTE)] == ["rain-00004"]
        assert Memory.objects.count() == 1

    def test_lets_a_shadow_decide_and_tells_nobody(self, dsn: str) -> None:
        a_watching(live=False)
        rain(dsn, ("rain-00070", 0, 40), ("rain-00070", 5, 1))
        turn(AT + 6 * MINUTE)
        assert Alert.objects.count() == 0
        firing = Firing.objects.get()
        assert (firing.thing, firing.cleared_at) == ("rain-00070", AT + 5 * MINUTE)

    def test_finds_near_things_together(self, dsn: str) -> None:
        a_watching(
            kind="correlation",
            correlation={"each": "above", "each_at": 20, "within_m": 3000, "over_s": 1800},
            limit={**_limit(), "fire_at": 3, "clear_at": 2},
        )
        rain(dsn, ("rain-00070", 0, 25), ("rain-00004", 5, 25))
        turn(AT + 6 * MINUTE)
        assert queries.alerts_at(AT + 6 * MINUTE) == []
        rain(dsn, ("rain-00008", 7, 25))
        turn(AT + 8 * MINUTE)
        (row,) = queries.alerts_at(AT + 8 * MINUTE)
        assert (row.thing, row.value) == ("rain-00008", 3)
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", ["operate"], found_center())
        page = van.get(f"/center/alerts/{row.id}").content.decode()
        assert "<strong>3 nơi</strong>" in page
        assert all(said in page for said in ("rain-00070", "rain-00004", "25 mm"))

    def test_lets_a_warning_begin_with_all_wards_of_an_alert(self, dsn: str) -> None:
        areas()
        a_watching(
            hazard="rain", kind="correlation",
            correlation={"each": "above", "each_at": 20, "within_m": 3000, "over_s": 1800},
            limit={**_limit(), "fire_at": 2, "clear_at": 1},
        )  # fmt: skip
        rain(dsn, ("rain-00070", 0, 25), ("rain-00004", 5, 25))
        turn(AT + 6 * MINUTE)
        (row,) = queries.alerts_at(AT + 6 * MINUTE)
        duties = ["operate", "draft_warning"]
        van = signed_in(Client(SERVER_NAME="localhost"), "van.trang", duties, found_center())
        path = f"/center/warnings/new?alert={row.id}"
        assert f'href="{path}"' in van.get(f"/center/alerts/{row.id}").content.decode()
        assert set(CHECKED.findall(van.get(path).content.decode())) == {HOAN_KIEM, BA_DINH}
        asked = {
            "key": str(new_id()),
            "title": "Ngập",
            "type": "flood",
            "severity": "Severe",
            "ward": HOAN_KIEM,
        }
        opened = van.post(f"/center/incidents/new?alert={row.id}", asked)
        path = f"/center/warnings/new?incident={opened['Location'].rpartition('/')[2]}"
        assert CHECKED.findall(van.get(path).content.decode()) == [HOAN_KIEM]
        taken = van.post(path, {"key": str(new_id()), "wards": [HOAN_KIEM], "take": "told"})
        assert set(CHECKED.findall(taken.content.decode())) == {HOAN_KIEM, BA_DINH}

    def test_follows_a_thing_into_an_area(self, dsn: str) -> None:
        a_watching(
            kind="geofence", looks_at={"measure": "lon", "unit": ""},
            geofence={"latitude": "lat", "area": [["105.8", "21.0"], ["105.9", "21.0"], ["105.9", "21.1"]]},
            limit={**_limit(), "fire_at": 1, "clear_at": 1},
        )  # fmt: skip
        for minute, lon in enumerate((105.7, 105.88)):
            at = AT + minute * MINUTE
            store(dsn, [("rain-00070", "lon", at, lon), ("rain-00070", "lat", at, 21.05)])
        turn(AT + 3 * MINUTE)
        assert [row.raised_at for row in queries.alerts_at(AT + 3 * MINUTE)] == [AT + MINUTE]

    def test_takes_few_statements_however_many_readings_there_are(self, dsn: str) -> None:
        a_watching()
        watcher = Watcher()
        for hour in (0, 60):
            rain(dsn, *((gauge, hour + minute, 1) for gauge in PLACES for minute in range(50)))
            with _Counted() as counted:
                watcher.turn(AT + hour * MINUTE)
        assert counted.statements <= 12


class TestOnce:
    def test_does_all_that_waits_and_returns(self, dsn: str) -> None:
        a_watching()
        for minute in range(25):
            rain(dsn, ("rain-00070", minute, 40 if minute % 2 else 1))
        once(lambda: AT + timedelta(hours=30))
        assert turn(AT + timedelta(hours=30)) == 0
        assert Alert.objects.count() == 12
        assert queries.alerts_at(AT + timedelta(hours=30), states=[State.RAISED]) == []


class TestPassTime:
    def test_finds_who_fell_silent(self, dsn: str) -> None:
        a_watching(kind="absence", limit={**_limit(), "fire_at": 1800, "clear_at": 1800})
        rain(dsn, ("rain-00070", 0, 1))
        turn(AT + MINUTE)
        assert pass_time(AT + 30 * MINUTE) == 0
        assert pass_time(AT + 31 * MINUTE) == 1
        (row,) = queries.alerts_at(AT + 31 * MINUTE)
        assert (row.thing, row.raised_at) == ("rain-00070", AT + 30 * MINUTE)
        assert pass_time(AT + 32 * MINUTE) == 0
        rain(dsn, ("rain-00070", 40, 1))
        turn(AT + 41 * MINUTE)
        assert queries.one(row.id, AT + 41 * MINUTE).state is State.CLEARED


class _Counted:
    statements = 0

    def __enter__(self) -> "_Counted":
        connection.force_debug_cursor = True
        self._before = len(connection.queries_log)
        return self

    def __exit__(self, *_: object) -> None:
        self.statements = len(connection.queries_log) - self._before
        connection.force_debug_cursor = False


def _limit() -> dict[str, object]:
    return {
        "direction": "above",
        "basis": {"source": "tests", "clause": "1", "verified": False},
    }


def _rule() -> Rule:
    return trusted(RuleVersion.objects.get().document)


def _us(at: object) -> int:
    from dothi.alerts.watched import microseconds

    return microseconds(at)  # type: ignore[arg-type]  # an instant
