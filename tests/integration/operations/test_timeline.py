"""The timeline of the city: what each center sees of the others, and what is said of an exercise."""

import pytest
from django.utils.translation import override

from dothi.incidents.actions import warnings as acts
from dothi.incidents.shifts.actions import Left, hand_over, take_over
from dothi.incidents.shifts.queries import handovers
from dothi.incidents.warning_types import Status
from dothi.kernel.ids import new_id
from dothi.operations.timeline import Part, timeline
from dothi.web.center.timeline import note
from tests.support.center import AT, Center, center, later
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
