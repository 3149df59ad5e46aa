"""Response units: sending, what they do, where they are, and who is nearest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import connection, connections

from dothi.foundation.identity.errors import DutyMissing, OtherUnit
from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.units import (
    Fix,
    arrive,
    clear_unit,
    put_on,
    send_unit,
    take_off,
    take_positions,
)
from dothi.incidents.queries import incident, nearest_units, timeline, units_at
from dothi.incidents.types import EntryKind, Outcome, Over, Place, State, UnitState
from dothi.kernel.ids import new_id
from tests.support.center import AT, LAKE, Center, call, center, later, opened, unit
from tests.support.events import emitted, faults

FAR = Place(105.80, 21.07)
T = TypeVar("T")


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


class TestSend:
    def test_sends_and_keeps_why_others_were_passed_over(self, ioc: Center) -> None:
        key = opened(ioc)
        pump = unit(ioc, "Bơm 1")
        unit(ioc, "Bơm 2", seen=FAR)
        unit(ioc, "Cứu thương 1", kind="ambulance")
        done = send_unit(call(key, ioc.van), response_unit_id=pump)
        assert done.state is State.UNDER_WAY
        line = timeline(key, later(2))[-1]
        assert (line.kind, line.response_unit_id) == (EntryKind.UNIT_SENT, pump)
        assert line.facts["measure"] == "distance"
        weighed = line.facts["weighed"]
        assert isinstance(weighed, list)
        assert [(one["unit"], one["over"]) for one in weighed] == [
            ("Bơm 1", None), ("Bơm 2", "farther"), ("Cứu thương 1", "wrong-kind")
        ]  # fmt: skip

    def test_keeps_of_very_many_those_that_were_near(self, ioc: Center) -> None:
        key, busy = opened(ioc), unit(ioc, "Cứu thương 1", kind="ambulance")
        pumps = [unit(ioc, f"Bơm {number:02}", seen=FAR) for number in range(25)]
        send_unit(call(key, ioc.van), response_unit_id=pumps[24])
        told = timeline(key, later(2))[-1].facts["weighed"]
        assert isinstance(told, list)
        assert len(told) == 20
        assert {one["unit"] for one in told} >= {"Bơm 24", "Bơm 00", "Cứu thương 1"}
        assert busy not in pumps

    def test_goes_on_to_arriving_and_being_free(self, ioc: Center) -> None:
        key, pump = opened(ioc), unit(ioc, "Bơm 1")
        send_unit(call(key, ioc.van, 1), response_unit_id=pump)
        arrive(call(key, ioc.van, 20, occurred_at=later(15)), response_unit_id=pump)
        with pytest.raises(errors.UnitsStillOut):
            acts.close(call(key, ioc.van, 21, note="x"), cause="handled")
        clear_unit(call(key, ioc.van, 60), response_unit_id=pump)
        states = [units_at(later(minute))[0].state for minute in (0, 1, 16, 61)]
        assert states == [UnitState.AVAILABLE, UnitState.SENT, UnitState.ON_SCENE, UnitState.AVAILABLE]
        assert units_at(later(16), later(16))[0].state is UnitState.SENT
        acts.close(call(key, ioc.van, 62, note="x"), cause="handled")

    def test_of_a_busy_unit_is_refused(self, ioc: Center) -> None:
        pump = unit(ioc, "Bơm 1")
        send_unit(call(opened(ioc), ioc.van), response_unit_id=pump)
        with pytest.raises(errors.UnitBusy) as refused:
            send_unit(call(opened(ioc), ioc.van, 2), response_unit_id=pump)
        assert refused.value.facts == {"unit": "Bơm 1"}

    def test_of_another_center_s_unit_is_refused(self, ioc: Center) -> None:
        theirs = unit(ioc, "Bơm 9", unit_id=ioc.ward.holdings[0].unit_id)
        with pytest.raises(OtherUnit):
            send_unit(call(opened(ioc), ioc.van), response_unit_id=theirs)

    def test_of_a_forged_unit_finds_nothing(self, ioc: Center) -> None:
        with pytest.raises(errors.UnitNotFound):
            send_unit(call(opened(ioc), ioc.van), response_unit_id=UUID(int=9))  # type: ignore[arg-type]  # forged

    def test_needs_the_duty_to_dispatch(self, ioc: Center) -> None:
        with pytest.raises(DutyMissing):
            send_unit(call(opened(ioc), ioc.bao), response_unit_id=unit(ioc, "Bơm 1"))

    def test_done_again_with_its_key_sends_once(self, ioc: Center) -> None:
        key, pump = opened(ioc), unit(ioc, "Bơm 1")
        sent, there, free = (call(key, ioc.van, minute) for minute in (1, 2, 3))
        for act, once in ((send_unit, sent), (arrive, there), (clear_unit, free)):
            assert act(once, response_unit_id=pump) == act(once, response_unit_id=pump)
        assert len(timeline(key, later(9))) == 4

    def test_follows_its_incident_into_another(self, ioc: Center) -> None:
        one, other, pump = opened(ioc), opened(ioc), unit(ioc, "Bơm 1")
        send_unit(call(other, ioc.van, 1), response_unit_id=pump)
        acts.merge(call(other, ioc.van, 2), into=one)
        assert units_at(later(3))[0].incident_id == one
        arrive(call(one, ioc.van, 4), response_unit_id=pump)

    def test_of_what_was_not_sent_here_does_not_arrive(self, ioc: Center) -> None:
        with pytest.raises(errors.UnitNotHere):
            arrive(call(opened(ioc), ioc.van), response_unit_id=unit(ioc, "Bơm 1"))


class TestService:
    def test_is_left_and_entered_again_once_a_key(self, ioc: Center) -> None:
        pump, off, on = unit(ioc, "Bơm 1"), new_id(), new_id()
        for _ in range(2):
            state = take_off(response_unit_id=pump, actor=ioc.van, at=later(1), key=off)
            assert state is UnitState.OFF
        with pytest.raises(errors.UnitBusy):
            send_unit(call(opened(ioc), ioc.van, 2), response_unit_id=pump)
        for _ in range(2):
            assert put_on(response_unit_id=pump, actor=ioc.van, at=later(3), key=on) is UnitState.AVAILABLE
        with pytest.raises(OtherUnit):
            take_off(response_unit_id=pump, actor=ioc.ward, at=later(4), key=new_id())


class TestPlaces:
    def test_are_kept_once_and_only_if_they_can_be_true(self, ioc: Center) -> None:
        pump = unit(ioc, "Bơm 1", seen=None)
        fixes = [
            Fix(pump, AT, 105.85, 21.02), Fix(pump, AT, 105.86, 21.02),
            Fix(pump, AT + timedelta(hours=1), 105.85, 21.02),
            Fix(pump, later(1), float("nan"), 21.02), Fix(UUID(int=3), AT, 105.85, 21.02),  # type: ignore[arg-type]  # forged
        ]  # fmt: skip
        assert take_positions(fixes=fixes, at=AT) == 1
        assert take_positions(fixes=fixes[:1], at=later(1)) == 0
        (row,) = units_at(later(1))
        assert (row.place.lon, row.age_s, row.stale) == (105.85, 60, False)

    def test_grow_stale_by_the_limit_of_the_kind(self, ioc: Center) -> None:
        unit(ioc, "Bơm 1")
        assert not units_at(later(10))[0].stale
        assert units_at(later(10.1))[0].stale
        found = nearest_units(place=LAKE, kinds=["pump-team"], at=later(11))
        assert found.chosen is None
        assert [one.over for one in found.weighed] == [Over.STALE]

    def test_are_as_they_were_known(self, ioc: Center) -> None:
        pump = unit(ioc, "Bơm 1")
        take_positions(fixes=[Fix(pump, later(2), FAR.lon, FAR.lat)], at=later(8))
        assert units_at(later(3))[0].place.lon == FAR.lon
        assert units_at(later(3), later(3))[0].place.lon == LAKE.lon

    def test_of_a_unit_never_seen_are_its_home(self, ioc: Center) -> None:
        unit(ioc, "Bơm 1", seen=None)
        (row,) = units_at(later(1))
        assert (row.seen_at, row.age_s, row.place.lon) == (None, None, LAKE.lon)


class TestEvents:
    def test_fit_their_schemas(self, ioc: Center) -> None:
        key, pump = opened(ioc), unit(ioc, "Bơm 1")
        send_unit(call(key, ioc.van), response_unit_id=pump)
        said = [(kind, data) for kind, data in emitted() if ".incidents." in kind]
        assert [fault for kind, data in said for fault in faults(kind, data)] == []
        assert "vn.dothi.incidents.unit.sent.v1" in {kind for kind, _ in said}


@pytest.mark.usefixtures("fresh_database")
class TestTwoHands:
    def test_send_one_unit_to_one_place(self) -> None:
        """Two operators press at the same moment; one of them is told that the unit is taken."""
        ioc = center()
        pump, keys = unit(ioc, "Bơm 1"), [opened(ioc), opened(ioc)]
        with ThreadPoolExecutor(2) as hands:
            done = list(
                hands.map(_closing(lambda key: send_unit(call(key, ioc.van), response_unit_id=pump)), keys)
            )
        assert sorted(done) == ["busy", "sent"]
        assert [incident(key, later(2)).state for key in keys].count(State.UNDER_WAY) == 1
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from ledger_entry where act = 'incidents.send-unit'")
            assert cursor.fetchone() == (1,)

    def test_merging_each_other_s_incidents_do_not_wait_for_ever(self) -> None:
        ioc = center()
        one, other = opened(ioc), opened(ioc)
        pairs = [(one, other), (other, one)]
        with ThreadPoolExecutor(2) as hands:
            done = list(
                hands.map(_closing(lambda pair: acts.merge(call(pair[0], ioc.van), into=pair[1])), pairs)
            )
        assert sorted(done) == ["busy", "sent"]


def _closing(act: Callable[[T], Outcome]) -> Callable[[T], str]:
    """Return `act` for a thread of its own: it says what became of it and leaves no connection behind."""

    def done(given: T) -> str:
        try:
            act(given)
        except (errors.UnitBusy, errors.IncidentClosed):
            return "busy"
        finally:
            connections.close_all()
        return "sent"

    return done
