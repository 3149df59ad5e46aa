"""Acts on incidents: each is one line, one entry of the ledger, one event, and safe to retry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from dothi.alerts.errors import AlertUnknown
from dothi.foundation.identity.errors import OtherUnit, Refused
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.incidents import open_incident
from dothi.incidents.queries import incident, incidents_at, timeline
from dothi.incidents.types import Call, EntryKind, NewIncident, Origin, Outcome, Place, State
from dothi.kernel.ids import new_id
from tests.support.alerts import GAUGE, a_watching, raised
from tests.support.center import AT, LAKE, Center, call, center, later, opened
from tests.support.events import emitted, faults

NEW = NewIncident("flood", "Moderate", LAKE, "Ngập phố Hàng Bài", Origin.CALL)


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


def entries(act: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where act = %s", [act])
        return int(cursor.fetchone()[0])


def told_of(number: int) -> tuple[UUID, ...]:
    """Raise so many alerts, each of a gauge of its own, and return their ids."""
    watching = a_watching()
    gauges = [replace(GAUGE, id=f"{GAUGE.id}-{place}") for place in range(number)]
    return tuple(raised(watching, gauge, AT - timedelta(minutes=5)).id for gauge in gauges)


class TestOpen:
    def test_begins_a_timeline_with_code_entry_and_event(self, ioc: Center) -> None:
        done = open_incident(new=NEW, actor=ioc.van, at=AT, key=new_id())
        assert (done.code, done.state) == ("SC-260930-001", State.OPEN)
        (row,) = incidents_at(AT)
        assert (row.type, row.severity, row.place, row.unit_id) == ("flood", "Moderate", LAKE, ioc.unit_id)
        assert [line.kind for line in timeline(done.incident_id, AT)] == [EntryKind.OPENED]
        assert entries("incidents.open") == 1
        assert [kind for kind, _ in emitted() if ".incidents." in kind] == [
            "vn.dothi.incidents.incident.opened.v1"
        ]

    def test_twice_with_one_key_opens_one(self, ioc: Center) -> None:
        key = new_id()
        first = open_incident(new=NEW, actor=ioc.van, at=AT, key=key)
        assert open_incident(new=NEW, actor=ioc.van, at=later(1), key=key) == first
        assert len(incidents_at(later(2))) == 1
        assert entries("incidents.open") == 1

    def test_gathers_the_alerts_that_it_is_opened_from(self, ioc: Center) -> None:
        alerts = told_of(2)
        done = open_incident(new=replace(NEW, alerts=alerts), actor=ioc.van, at=AT, key=new_id())
        assert [line.alert_id for line in timeline(done.incident_id, AT)] == [None, *alerts]

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"type": "volcano"}, errors.KindUnknown),
            ({"severity": "moderate"}, errors.KindUnknown),
            ({"title": " "}, errors.WordsMissing),
            ({"title": "x" * 201}, errors.WordsMissing),
            ({"place": Place(float("nan"), 21, "00070")}, errors.PlaceUnfit),
            ({"place": Place(200, 21, "00070")}, errors.PlaceUnfit),
            ({"place": Place(105, 21, "99999")}, errors.PlaceUnfit),
        ],
    )
    def test_refuses_what_it_cannot_take(
        self, ioc: Center, changes: dict[str, object], error: type[errors.IncidentProblem]
    ) -> None:
        with pytest.raises(error):
            open_incident(new=replace(NEW, **changes), actor=ioc.van, at=AT, key=new_id())  # type: ignore[arg-type]  # the test says what differs
        assert incidents_at(AT) == []

    def test_refuses_an_instant_ahead_or_long_past(self, ioc: Center) -> None:
        for away in (timedelta(hours=1), timedelta(days=-2)):
            with pytest.raises(errors.InstantUnfit):
                open_incident(new=NEW, actor=ioc.van, at=AT, key=new_id(), occurred_at=AT + away)


class TestEachAct:
    def test_by_another_center_is_refused(self, ioc: Center) -> None:
        key = opened(ioc)
        each: list[Callable[[], Outcome]] = [
            lambda: acts.note(call(key, ioc.ward, note="x")),
            lambda: acts.join_alert(call(key, ioc.ward), alert_id=new_id()),
            lambda: acts.assess(call(key, ioc.ward), severity="Severe"),
            lambda: acts.stabilize(call(key, ioc.ward)),
            lambda: acts.close(call(key, ioc.ward, note="x"), cause="handled"),
        ]
        for act in each:
            with pytest.raises(OtherUnit):
                act()
        assert len(timeline(key, later(9))) == 1

    def test_without_the_duty_is_refused(self, ioc: Center) -> None:
        nobody = replace(ioc.van, holdings=())
        with pytest.raises(Refused):
            open_incident(new=NEW, actor=nobody, at=AT, key=new_id())
        with pytest.raises(Refused):
            acts.note(call(opened(ioc), nobody, note="x"))

    def test_of_a_forged_id_finds_nothing(self, ioc: Center) -> None:
        with pytest.raises(errors.IncidentNotFound):
            acts.note(call(UUID(int=7), ioc.van, note="x"))  # type: ignore[arg-type]  # forged

    def test_done_again_with_its_key_writes_nothing(self, ioc: Center) -> None:
        key, (alert,) = opened(ioc), told_of(1)
        each: list[Callable[[Call], Outcome]] = [
            lambda again: acts.note(replace(again, note="nước rút")),
            lambda again: acts.join_alert(again, alert_id=alert),
            lambda again: acts.assess(again, severity="Severe"),
            acts.stabilize,
            lambda again: acts.close(replace(again, note="xong"), cause="handled"),
        ]
        for act in each:
            again = call(key, ioc.van, 2)
            first, second = act(again), act(again)
            assert first == second
        assert len(timeline(key, later(9))) == 6

    def test_with_the_key_of_another_incident_is_refused(self, ioc: Center) -> None:
        one, other = opened(ioc), opened(ioc)
        again = call(one, ioc.van, note="x")
        acts.note(again)
        with pytest.raises(AlreadyRecorded):
            acts.note(replace(again, incident_id=other))

    def test_on_what_has_moved_since_is_refused(self, ioc: Center) -> None:
        key = opened(ioc)
        acts.note(call(key, ioc.van, note="x", seen=1))
        with pytest.raises(errors.IncidentMoved):
            acts.note(call(key, ioc.bao, note="y", seen=1))


class TestClose:
    def test_keeps_the_cause_and_takes_no_more_acts(self, ioc: Center) -> None:
        key = opened(ioc)
        acts.close(call(key, ioc.van, 5, note="Đã bơm cạn"), cause="handled")
        (line,) = [line for line in timeline(key, later(9)) if line.kind is EntryKind.CLOSED]
        assert line.facts == {"cause": "handled"}
        with pytest.raises(errors.IncidentClosed):
            acts.note(call(key, ioc.van, 6, note="x"))

    def test_demands_a_known_cause_and_words(self, ioc: Center) -> None:
        key = opened(ioc)
        with pytest.raises(errors.KindUnknown):
            acts.close(call(key, ioc.van, note="x"), cause="bored")
        with pytest.raises(errors.WordsMissing):
            acts.close(call(key, ioc.van), cause="handled")


class TestJoin:
    def test_takes_an_alert_for_one_incident_only(self, ioc: Center) -> None:
        one, other, (alert,) = opened(ioc), opened(ioc), told_of(1)
        acts.join_alert(call(one, ioc.van), alert_id=alert)
        with pytest.raises(errors.AlertTaken) as refused:
            acts.join_alert(call(other, ioc.van), alert_id=alert)
        assert refused.value.facts == {"incident": "SC-260930-001"}

    def test_takes_no_alert_that_is_not_there(self, ioc: Center) -> None:
        with pytest.raises(AlertUnknown):
            acts.join_alert(call(opened(ioc), ioc.van), alert_id=new_id())
        with pytest.raises(AlertUnknown):
            open_incident(new=replace(NEW, alerts=(new_id(),)), actor=ioc.van, at=AT, key=new_id())


class TestMerge:
    def test_makes_one_timeline_of_two(self, ioc: Center) -> None:
        one, other = opened(ioc), opened(ioc, 1)
        acts.note(call(other, ioc.van, 2, note="cùng một chỗ"))
        acts.merge(call(other, ioc.van, 3), into=one)
        assert [line.kind for line in timeline(one, later(9))] == [
            EntryKind.OPENED, EntryKind.OPENED, EntryKind.NOTED, EntryKind.MERGED, EntryKind.MERGED
        ]  # fmt: skip
        assert [row.id for row in incidents_at(later(9))] == [one]
        assert [row.id for row in incidents_at(later(2.5))] == [one, other]
        assert incident(other, later(9)).merged_into == one

    def test_into_itself_or_a_closed_one_is_refused(self, ioc: Center) -> None:
        one, other = opened(ioc), opened(ioc)
        acts.close(call(other, ioc.van, note="x"), cause="gone")
        for into in (one, other):
            with pytest.raises(errors.IncidentClosed):
                acts.merge(call(one, ioc.van), into=into)


class TestPast:
    def test_is_as_it_was_and_as_it_was_known(self, ioc: Center) -> None:
        key = opened(ioc)
        acts.assess(call(key, ioc.van, 30, occurred_at=later(10)), severity="Severe")
        assert incident(key, later(20)).severity == "Severe"
        assert incident(key, later(20), later(20)).severity == "Moderate"
        assert incident(key, later(5)).severity == "Moderate"
        assert len(timeline(key, later(20), later(20))) == 1

    def test_knows_nothing_before_it_was_opened(self, ioc: Center) -> None:
        key = opened(ioc, 10)
        assert incidents_at(later(9)) == []
        with pytest.raises(errors.IncidentNotFound):
            incident(key, later(9))

    def test_drops_what_is_closed_unless_asked(self, ioc: Center) -> None:
        key = opened(ioc)
        acts.close(call(key, ioc.van, 10, note="x"), cause="gone")
        assert incidents_at(later(11)) == []
        assert [row.state for row in incidents_at(later(11), closed_within=timedelta(hours=1))] == [
            State.CLOSED
        ]
        assert [row.state for row in incidents_at(later(9))] == [State.OPEN]

    def test_puts_the_gravest_first(self, ioc: Center) -> None:
        for severity in ("Minor", "Extreme", "Moderate", "Severe"):
            opened(ioc, severity=severity)
        assert [row.severity for row in incidents_at(later(1))] == ["Extreme", "Severe", "Moderate", "Minor"]


class TestEvents:
    def test_fit_their_schemas_and_name_no_person(self, ioc: Center) -> None:
        key, other = opened(ioc), opened(ioc)
        acts.note(call(key, ioc.van, note="Gọi cho ông Nam"))
        acts.merge(call(other, ioc.van), into=key)
        acts.close(call(key, ioc.van, note="x"), cause="gone")
        said = [(kind, data) for kind, data in emitted() if ".incidents." in kind]
        assert [fault for kind, data in said for fault in faults(kind, data)] == []
        assert "Nam" not in repr(said)
        assert str(ioc.van.person_id) not in repr(said)
