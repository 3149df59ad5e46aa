"""Shifts: planned by who leads them, handed over with what is open, taken by somebody else."""

from datetime import timedelta

import pytest
from django.conf import settings

from dothi.foundation.identity.errors import DutyMissing
from dothi.foundation.ledger.queries import history_of
from dothi.incidents.shifts.actions import Left, hand_over, plan, take_over
from dothi.incidents.shifts.errors import HandoverTaken, HandoverWaits, OwnHandover, ShiftUnfit
from dothi.incidents.shifts.queries import handovers, roster
from dothi.kernel.ids import new_id, urn
from tests.support.center import AT, Center, center, later

pytestmark = pytest.mark.django_db
LEFT = Left(2, 5)


@pytest.fixture
def at_center() -> Center:
    """The center with Vân and Bảo."""
    return center()


def acts(at_center: Center) -> list[str]:
    """Return the acts on the center that stand in the ledger, the newest first."""
    return [
        str(one.said["act"]) for one in history_of(urn(settings.NODE, "center", at_center.unit_id), limit=9)
    ]


class TestHandover:
    def test_is_given_by_one_and_taken_by_another(self, at_center: Center) -> None:
        hand_over(note="Bơm Hàng Bài đang chạy", left=LEFT, actor=at_center.van, at=AT, key=new_id())
        (waiting,) = handovers(at_center.unit_id, later(1))
        assert (waiting.open_incidents, waiting.open_alerts, waiting.taken_at) == (2, 5, None)
        take_over(handover_id=waiting.id, actor=at_center.bao, at=later(5), key=new_id())
        (taken,) = handovers(at_center.unit_id, later(6))
        assert (taken.taken_at, taken.taken_post) == (later(5), at_center.bao.holdings[0].post_id)

    def test_is_written_once_a_key_and_waits_alone(self, at_center: Center) -> None:
        key = new_id()
        for _ in range(2):
            hand_over(note="một", left=LEFT, actor=at_center.van, at=AT, key=key)
        with pytest.raises(HandoverWaits):
            hand_over(note="hai", left=LEFT, actor=at_center.van, at=later(1), key=new_id())
        assert len(handovers(at_center.unit_id, later(2))) == 1

    def test_is_not_taken_by_who_gave_it_nor_twice(self, at_center: Center) -> None:
        key = new_id()
        hand_over(note="một", left=LEFT, actor=at_center.van, at=AT, key=key)
        with pytest.raises(OwnHandover):
            take_over(handover_id=key, actor=at_center.van, at=later(1), key=new_id())
        take_over(handover_id=key, actor=at_center.bao, at=later(2), key=new_id())
        with pytest.raises(HandoverTaken):
            take_over(handover_id=key, actor=at_center.van, at=later(3), key=new_id())

    def test_of_another_center_is_none_of_ones_own(self, at_center: Center) -> None:
        key = new_id()
        hand_over(note="một", left=LEFT, actor=at_center.van, at=AT, key=key)
        with pytest.raises(HandoverTaken):
            take_over(handover_id=key, actor=at_center.ward, at=later(1), key=new_id())


class TestPlan:
    def test_puts_a_post_on_the_roster_once(self, at_center: Center) -> None:
        post = at_center.van.holdings[0].post_id
        for _ in range(2):
            plan(post_id=post, starts_at=AT, ends_at=AT + timedelta(hours=8), actor=at_center.bao, at=AT,
                 key=new_id())  # fmt: skip
        assert [one.post_id for one in roster(at_center.unit_id, AT, later(1))] == [post]

    def test_is_of_who_leads_a_shift(self, at_center: Center) -> None:
        with pytest.raises(DutyMissing):
            plan(post_id=new_id(), starts_at=AT, ends_at=later(60), actor=at_center.van, at=AT, key=new_id())

    @pytest.mark.parametrize("hours", [-1, 0, 25])
    def test_refuses_a_shift_that_no_one_can_work(self, at_center: Center, hours: int) -> None:
        post = at_center.van.holdings[0].post_id
        with pytest.raises(ShiftUnfit):
            plan(post_id=post, starts_at=AT, ends_at=AT + timedelta(hours=hours), actor=at_center.bao, at=AT,
                 key=new_id())  # fmt: skip


class TestLedger:
    def test_has_an_entry_for_each_act(self, at_center: Center) -> None:
        key = new_id()
        hand_over(note="một", left=LEFT, actor=at_center.van, at=AT, key=key)
        take_over(handover_id=key, actor=at_center.bao, at=later(1), key=new_id())
        assert acts(at_center) == ["incidents.shifts.take-over", "incidents.shifts.hand-over"]
