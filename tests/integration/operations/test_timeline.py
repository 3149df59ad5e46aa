"""The timeline of the city: what each center sees of the others, and what is said of an exercise."""

from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from dothi.incidents.actions import warnings as acts
from dothi.incidents.actions.incidents import note as say
from dothi.incidents.shifts.actions import Left, hand_over, take_over
from dothi.incidents.shifts.queries import handovers
from dothi.incidents.warning_types import Status
from dothi.kernel.ids import new_id
from dothi.operations.timeline import Part, timeline
from dothi.web.center.moments import moment_of
from dothi.web.center.timeline import facts, note, older, parts_of, skipped
from tests.support.center import AT, Center, call, center, later, opened
from tests.support.warnings import drafted, issued, new

ACTS = (Part.WARNING, Part.SHIFT)


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


class TestWarning:
    def test_of_another_unit_is_told_once_it_is_issued(self, ioc: Center) -> None:
        theirs = acts.draft(new=new(), actor=ioc.ward, at=AT, key=new_id())
        acts.discard(warning_id=theirs, actor=ioc.ward, at=later(1), key=new_id())
        own = drafted(ioc, 2)
        seen = timeline(later(5), unit_id=ioc.unit_id, parts=ACTS)
        assert [(one.act, one.thing) for one in seen] == [("drafted", own)]
        issued(ioc, 3)
        ward = timeline(later(5), unit_id=ioc.ward.holdings[0].unit_id, parts=ACTS)
        assert [one.act for one in ward] == ["issued", "discarded", "drafted"]

    def test_that_is_not_meant_says_so(self, ioc: Center) -> None:
        issued(ioc, status=Status.EXERCISE)
        issued(ioc, 2)
        seen = timeline(later(5), unit_id=ioc.unit_id, parts=ACTS)
        assert [one.note for one in seen] == ["", "", "Exercise", "Exercise"]
        with override("vi"):
            assert note(seen[-1]) == "Diễn tập: chỉ trung tâm thấy"


class TestHandover:
    def test_is_seen_by_its_own_center_alone(self, ioc: Center) -> None:
        hand_over(note="Bơm Hàng Bài đang chạy", left=Left(2, 5), actor=ioc.van, at=AT, key=new_id())
        [given] = handovers(ioc.unit_id, later(1))
        take_over(handover_id=given.id, actor=ioc.bao, at=later(2), key=new_id())
        seen = timeline(later(5), unit_id=ioc.unit_id, parts=ACTS)
        assert [one.note for one in seen] == ["", "Bơm Hàng Bài đang chạy"]
        assert timeline(later(5), unit_id=ioc.ward.holdings[0].unit_id, parts=ACTS) == []


class TestPages:
    def test_tell_each_line_once_though_many_share_an_instant(self, ioc: Center) -> None:
        key = opened(ioc)
        for minute, count in ((1, 1), (2, 5), (3, 2)):
            for number in range(count):
                say(call(key, ioc.van, minute, note=f"{minute}.{number}"))
        address, told = f"?at={later(5).isoformat().replace('+', '%2B')}&part-of=incident", list[str]()
        for _page in range(9):
            request = RequestFactory().get(f"/center/timeline?{urlsplit(address).query}")
            moment, skip = moment_of(request, later(5)), skipped(request)
            shown = facts(request, moment, ioc.unit_id, limit=2, skip=skip)["timeline"]
            told += [one.note for one in shown]
            if len(shown) < 2:
                break
            address = older(shown, moment, parts_of(request), skip)
        assert set(told[:2]) == {"3.0", "3.1"}
        assert sorted(filter(None, told)) == ["1.0", *(f"2.{number}" for number in range(5)), "3.0", "3.1"]
