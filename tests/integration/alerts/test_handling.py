"""An alert from its raising to its label: by whom, once, in the ledger, and as it was known at any time."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from dothi.alerts import queries
from dothi.alerts.actions.handle import acknowledge, close, snooze
from dothi.alerts.errors import AlertEnded, AlertUnknown, SnoozeUnfit
from dothi.alerts.models import Step
from dothi.alerts.types import Act, AlertId, AlertRow, Call, Label, Place, Severity, State
from dothi.alerts.watched import Thing
from dothi.foundation.identity.authority import Duty, Refused
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import UnitId, new_id
from tests.support.alerts import (
    AT,
    GAUGE,
    a_watching,
    clear_alert,
    decided,
    operator,
    raise_alert,
    raised,
)
from tests.support.events import emitted, faults

pytestmark = pytest.mark.usefixtures("db")
MINUTE = timedelta(minutes=1)
OTHER = Thing("rain-00004", Text("Trúc Bạch", "Trúc Bạch"), Place("00004", 105.84, 21.05))


class TestRaise:
    def test_tells_what_the_rule_says_in_both_languages(self) -> None:
        row = raised(a_watching())
        assert (row.title_vi, row.title_en) == ("Hoàn Kiếm: mưa 31 mm", "Hoàn Kiếm: 31 mm of rain")
        assert (row.state, row.severity, row.place.ward_code) == (State.RAISED, Severity.SEVERE, "00070")

    def test_raises_one_alert_of_a_rule_and_a_thing_at_a_time(self) -> None:
        watching = a_watching()
        raised(watching)
        assert raise_alert(watching, decided(at=AT + MINUTE), GAUGE, AT + MINUTE) is None
        clear_alert(watching, decided(at=AT + 2 * MINUTE, act="clear"), AT + 2 * MINUTE)
        assert raise_alert(watching, decided(at=AT + 3 * MINUTE), GAUGE, AT + 3 * MINUTE) is not None

    def test_gathers_alerts_of_one_hazard_in_one_ward(self) -> None:
        one, two = a_watching(), a_watching(code="rain-torrent", severity="Extreme")
        first, second = raised(one), raised(two, at=AT + MINUTE)
        elsewhere = raised(one, OTHER)
        assert first.group_id == second.group_id != elsewhere.group_id
        groups = queries.groups_at(AT + 2 * MINUTE)
        assert [(group.severity, len(group.alerts)) for group in groups] == [
            (Severity.EXTREME, 2), (Severity.SEVERE, 1),
        ]  # fmt: skip


class TestActs:
    def test_acknowledge_writes_one_step_one_entry_and_one_event_however_often_it_is_sent(self) -> None:
        call = _call(raised(a_watching()))
        acknowledge(call)
        acknowledge(call)
        assert queries.one(call.alert_id, call.at).state is State.ACKNOWLEDGED
        assert [step.act for step in queries.steps(call.alert_id)] == [Act.RAISE, Act.ACKNOWLEDGE]
        assert _entries(call.key) == 1
        assert [kind.rsplit(".", 2)[1] for kind, _ in emitted()] == ["raised", "acknowledged"]

    def test_a_key_serves_one_act(self) -> None:
        watching = a_watching()
        call = _call(raised(watching))
        acknowledge(call)
        with pytest.raises(AlreadyRecorded):
            close(call, label=Label.TRUE)
        other = raised(watching, OTHER)
        with pytest.raises(AlreadyRecorded):
            acknowledge(Call(other.id, call.actor, call.at, key=call.key))

    @pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=24, seconds=1), -MINUTE])
    def test_snooze_refuses_an_end_that_is_no_end(self, after: timedelta) -> None:
        call = _call(raised(a_watching()))
        with pytest.raises(SnoozeUnfit):
            snooze(call, until=call.at + after)

    def test_snooze_holds_until_its_end(self) -> None:
        call = _call(raised(a_watching()))
        until = call.at + 30 * MINUTE
        snooze(call, until=until)
        assert queries.one(call.alert_id, until - MINUTE).snoozed_until == until
        assert queries.one(call.alert_id, until).snoozed_until is None

    def test_close_keeps_the_label_and_ends_all_other_acts(self) -> None:
        call = _call(raised(a_watching()))
        close(call, label=Label.FALSE)
        row = queries.one(call.alert_id, call.at)
        assert (row.state, row.label, row.closed_at) == (State.CLOSED, Label.FALSE, call.at)
        with pytest.raises(AlertEnded):
            acknowledge(_call(row, minutes=9))
        assert queries.alerts_at(call.at) == []

    def test_the_watcher_finds_nothing_to_clear_where_a_person_closed(self) -> None:
        watching = a_watching()
        call = _call(raised(watching))
        close(call, label=Label.TEST)
        clear_alert(watching, decided(at=AT + 9 * MINUTE, act="clear"), AT + 9 * MINUTE)
        assert queries.one(call.alert_id, AT + 10 * MINUTE).state is State.CLOSED

    def test_are_for_those_who_operate_the_unit_that_answers(self) -> None:
        row = raised(a_watching())
        for actor in (operator(Duty.ADMINISTER_DEVICES), operator(unit=UnitId(new_id()))):
            with pytest.raises(Refused):
                acknowledge(Call(row.id, actor, AT + MINUTE))
        assert Step.objects.count() == 1

    def test_say_so_where_there_is_no_such_alert(self) -> None:
        with pytest.raises(AlertUnknown):
            acknowledge(Call(AlertId(new_id()), operator(), AT))

    def test_all_events_fit_their_schema(self) -> None:
        watching = a_watching()
        call = _call(raised(watching))
        snooze(call, until=call.at + MINUTE)
        clear_alert(watching, decided(at=AT + 9 * MINUTE, act="clear"), AT + 9 * MINUTE)
        close(_call(queries.one(call.alert_id, AT + 9 * MINUTE), minutes=10), label=Label.UNKNOWN)
        told = emitted()
        assert len(told) == 4
        assert [fault for kind, data in told for fault in faults(kind, data)] == []


class TestAlertsAt:
    def test_tells_how_it_was_and_how_it_was_known(self) -> None:
        watching = a_watching()
        row = raised(watching, late=5 * MINUTE)
        clear_alert(watching, decided(at=AT + 10 * MINUTE, act="clear"), AT + 20 * MINUTE)
        call = _call(row, minutes=30)
        close(call, label=Label.TRUE)

        def state(at: int, known_at: int | None = None) -> list[State]:
            known = None if known_at is None else AT + known_at * MINUTE
            return [found.state for found in queries.alerts_at(AT + at * MINUTE, known)]

        assert state(0) == [State.RAISED]
        assert state(0, 0) == []
        assert state(5, 5) == [State.RAISED]
        assert state(12) == [State.CLEARED]
        assert state(12, 12) == [State.RAISED]
        assert state(25, 25) == [State.CLEARED]
        assert state(31, 31) == []
        assert state(31, 29) == [State.CLEARED]

    def test_puts_the_gravest_first_then_the_earliest(self) -> None:
        late = raised(a_watching(), at=AT + MINUTE)
        grave = raised(a_watching(code="b", severity="Extreme"), at=AT + 2 * MINUTE)
        early = raised(a_watching(code="c"), at=AT)
        found = [row.id for row in queries.alerts_at(AT + 3 * MINUTE)]
        assert found == [grave.id, early.id, late.id]

    def test_takes_one_statement(self, django_assert_num_queries: object) -> None:
        raised(a_watching())
        with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's
            queries.alerts_at(AT + MINUTE)


class TestTables:
    @pytest.mark.parametrize(
        "statement",
        [
            "update alerts_step set note = 'x'",
            "delete from alerts_step",
            "update alerts_ruleversion set version = '2'",
            "update alerts_alert set evidence = '{}'",
            "delete from alerts_alert",
            "delete from alerts_standing",
        ],
    )
    def test_let_nobody_change_what_was_decided(self, statement: str) -> None:
        raised(a_watching())
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def _call(row: AlertRow, minutes: int = 6) -> Call:
    return Call(row.id, operator(), AT + minutes * MINUTE)


def _entries(key: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where id = %s", [key])
        return int(cursor.fetchone()[0])
