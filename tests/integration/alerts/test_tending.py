"""What happens to an alert that nobody answers, and to devices that never say a word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from dothi.alerts import queries
from dothi.alerts.actions.handle import acknowledge, snooze
from dothi.alerts.tending import tend
from dothi.alerts.types import Call, Label, State
from dothi.alerts.watching import Watcher
from dothi.config.supervisor import postgres
from dothi.foundation.tasks.models import Task
from tests.support.alerts import AT, a_watching, clear_alert, decided, operator, raised
from tests.support.events import emitted, faults
from tests.support.people import found_center, signed_in
from tests.support.readings import telemetry

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.mark.usefixtures("db")
class TestTend:
    def test_escalates_from_duty_to_duty_and_then_no_more(self) -> None:
        row = raised(a_watching(), late=0 * SECOND)
        assert tend(AT + 5 * MINUTE - SECOND) == 0
        assert tend(AT + 5 * MINUTE) == 1
        assert _open_tasks() == [("operate", 1)]
        assert tend(AT + 14 * MINUTE) == 0
        assert tend(AT + 15 * MINUTE) == 1
        assert _open_tasks() == [("approve_warning", 2)]
        assert tend(AT + 900 * MINUTE) == 0
        assert queries.one(row.id, AT + 900 * MINUTE).level == 2
        assert [fault for kind, data in emitted() for fault in faults(kind, data)] == []

    def test_leads_from_the_work_list_to_the_alert_in_the_reader_s_language(self) -> None:
        center = found_center()
        row = raised(replace(a_watching(), unit_id=center))
        tend(AT + 6 * MINUTE)
        van = signed_in(Client(SERVER_NAME="localhost"), "van.truc", ["operate"], center)
        shown = van.get("/desk/").content.decode()
        assert f'href="/center/alerts/{row.id}"' in shown
        assert "Hoàn Kiếm: mưa 31 mm" in shown
        van.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "nobody has acknowledged: Hoàn Kiếm: 31 mm of rain" in van.get("/desk/").content.decode()
        assert van.get(f"/center/alerts/{row.id}").status_code == 200

    def test_leaves_what_somebody_acknowledged_and_takes_it_off_the_list(self) -> None:
        row = raised(a_watching())
        tend(AT + 6 * MINUTE)
        acknowledge(Call(row.id, operator(), AT + 7 * MINUTE))
        assert _open_tasks() == []
        assert tend(AT + 900 * MINUTE) == 0

    def test_raises_again_what_was_snoozed_when_the_snooze_ends(self) -> None:
        row = raised(a_watching())
        snooze(Call(row.id, operator(), AT + MINUTE), until=AT + 60 * MINUTE)
        assert tend(AT + 59 * MINUTE) == 0
        assert tend(AT + 60 * MINUTE) == 1
        found = queries.one(row.id, AT + 60 * MINUTE)
        assert (found.state, found.snoozed_until, found.level) == (State.RAISED, None, 1)

    def test_closes_as_unknown_what_ended_and_nobody_labeled(self) -> None:
        watching_ = a_watching()
        row = raised(watching_)
        clear_alert(watching_, decided(act="clear", at=AT + MINUTE), AT + MINUTE)
        assert tend(AT + timedelta(hours=24)) == 0
        assert tend(AT + timedelta(hours=24) + MINUTE) == 1
        found = queries.one(row.id, AT + timedelta(days=2))
        assert (found.state, found.label) == (State.CLOSED, Label.UNKNOWN)


class TestExpect:
    def test_counts_the_silence_of_a_device_that_never_said_a_word(
        self, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        telemetry(cluster, fresh_database, {"rain-00070": (105.85, 21.03, "00070")})
        absence = {"direction": "above", "fire_at": 1800, "clear_at": 1800,
                   "basis": {"source": "tests", "clause": "1", "verified": False}}  # fmt: skip
        a_watching(kind="absence", limit=absence)
        watcher = Watcher()
        assert watcher.expect(AT) == 1
        assert watcher.expect(AT + MINUTE) == 0
        watcher.pass_time(AT + 31 * MINUTE)
        (row,) = queries.alerts_at(AT + 31 * MINUTE)
        assert (row.thing, row.raised_at) == ("rain-00070", AT + 30 * MINUTE)


def _open_tasks() -> list[tuple[str, int]]:
    rows = Task.objects.filter(finished_at=None).order_by("key").values_list("duty", "key")
    return [(duty, int(key.rsplit(":", 1)[1])) for duty, key in rows]
