"""Units, closed roads and shifts at a past moment: as they were, as they were known, nothing to press."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from dothi.foundation.clock import now
from dothi.incidents.actions.incidents import merge
from dothi.incidents.actions.roads import close_roads, open_roads
from dothi.incidents.actions.units import send_unit
from dothi.incidents.models import UnitTracker
from dothi.incidents.queries import incident, units_at, whole_of
from dothi.incidents.queries.roads import closures_at
from dothi.incidents.shifts.actions import Left, hand_over, plan, take_over
from dothi.incidents.shifts.queries import handovers, roster
from dothi.kernel.ids import new_id
from tests.support import center as centers
from tests.support.center import Center, call, center, later, opened, unit
from tests.support.people import signed_in


@pytest.fixture
def ioc(db: None, monkeypatch: pytest.MonkeyPatch) -> Center:
    """A center of an hour ago."""
    monkeypatch.setattr(centers, "AT", now() - timedelta(hours=1))
    return center()


@pytest.fixture
def van(ioc: Center) -> Client:
    """The browser of who operates it and leads its shifts."""
    duties = ["operate", "dispatch", "approve_warning"]
    return signed_in(Client(SERVER_NAME="localhost"), "van.trang", duties, ioc.unit_id)


def page(browser: Client, path: str, minutes: float, known: float | None = None) -> str:
    """Return a page of so many minutes after the center began."""
    asked = {"at": later(minutes).isoformat()} | ({"known_at": later(known).isoformat()} if known else {})
    answer = browser.get(f"/center/{path}?{urlencode(asked)}")
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


class TestUnits:
    def test_stand_as_they_stood_with_nothing_to_press(self, ioc: Center, van: Client) -> None:
        key = opened(ioc)
        pump = unit(ioc, "Bơm 1")
        unit(ioc, "Bơm 2")
        send_unit(call(key, ioc.van, 2), response_unit_id=pump)
        shown = page(van, "units/", 1)
        assert "đang đến" not in shown
        assert "/off" not in shown
        assert "đúng như đã xảy ra" in shown
        assert 'href="/center/units/"' in shown
        asked = urlencode({"at": later(3).isoformat()})
        assert f"/center/incidents/{key}?{asked}" in page(van, "units/", 3)
        assert "đang đến" not in page(van, "units/", 3, known=1)
        assert "/off" in van.get("/center/units/").content.decode()

    def test_are_told_of_by_the_device_that_was_known(self, ioc: Center) -> None:
        key = unit(ioc, "Bơm 1")
        told: tuple[datetime, datetime] = later(2), later(4)
        UnitTracker.objects.create(
            id=new_id(), response_unit_id=key, device="xe-1", bound_at=told[0], released_at=told[1]
        )
        asked = [(1, None), (3, None), (5, None), (5, 3), (3, 1)]
        found = [units_at(later(at), later(known) if known else None)[0].device for at, known in asked]
        assert found == ["", "xe-1", "", "xe-1", ""]


class TestIncidents:
    def test_have_taken_in_what_had_been_merged_by_then(self, ioc: Center, van: Client) -> None:
        one, other = opened(ioc), opened(ioc)
        merge(call(other, ioc.van, 5), into=one)
        asked = [(4, None), (6, None), (6, 4)]
        found = [len(whole_of(one, later(at), later(known) if known else None)) for at, known in asked]
        assert found == [1, 2, 1]
        shown = [page(van, f"incidents/{one}", minutes) for minutes in (4, 6)]
        assert [incident(other, now()).code in one for one in shown] == [False, True]


class TestRoads:
    def test_are_closed_as_it_was_known(self, ioc: Center, van: Client) -> None:
        key = opened(ioc)
        close_roads(call(key, ioc.van, 2), radius_m=80)
        (closure,) = closures_at(later(3))
        open_roads(closure_id=closure.id, actor=ioc.van, at=later(4), key=new_id())
        asked = [(1, None), (3, None), (5, None), (5, 3), (3, 1)]
        found = [len(closures_at(later(at), later(known) if known else None)) for at, known in asked]
        assert found == [0, 1, 0, 1, 0]
        shown = page(van, "units/", 3)
        assert "80 m quanh hiện trường" in shown
        assert "/open" not in shown


class TestShifts:
    def test_stand_as_they_stood_with_nothing_to_press(self, ioc: Center, van: Client) -> None:
        post, day = ioc.van.holdings[0].post_id, timedelta(days=1)
        plan(post_id=post, starts_at=later(0) + day, ends_at=later(60) + day, actor=ioc.bao, at=later(5),
             key=new_id())  # fmt: skip
        hand_over(note="Bơm đang chạy", left=Left(1, 0), actor=ioc.van, at=later(5), key=new_id())
        (given,) = handovers(ioc.unit_id, later(6))
        take_over(handover_id=given.id, actor=ioc.bao, at=later(10), key=new_id())
        assert [one.taken_at for one in handovers(ioc.unit_id, later(6))] == [None]
        assert [len(roster(ioc.unit_id, later(0), later(60) + day, later(at))) for at in (4, 6)] == [0, 1]
        for minutes, known, waits, planned in (
            (4, None, 0, 0),
            (6, None, 1, 1),
            (11, 6, 1, 1),
            (11, None, 0, 1),
        ):
            shown = page(van, "shifts/", minutes, known)
            assert shown.count("chờ nhận<") == waits, (minutes, known)
            assert ("Chưa xếp ai trực" not in shown) == bool(planned), (minutes, known)
            assert "<form" not in shown
