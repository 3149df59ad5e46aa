"""Binding a device to a unit: recorded, once, and only what can tell where the unit is."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dothi.foundation.identity.errors import DutyMissing, OtherUnit
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.incidents import errors
from dothi.incidents.actions.units import bind, release
from dothi.incidents.models import UnitTracker
from dothi.incidents.queries import units_at
from dothi.incidents.queries.trackers import free_trackers
from dothi.kernel.ids import new_id
from dothi.web.center.moments import Moment
from dothi.web.center.units import lines, own
from tests.support.center import AT, Center, center, later, unit
from tests.support.events import emitted, faults
from tests.support.trackers import keep_tracker


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


class TestBind:
    def test_is_recorded_told_of_and_safe_to_retry(self, ioc: Center) -> None:
        pump, key = unit(ioc, "Bơm 1", seen=None), new_id()
        keep_tracker("xe-1")
        for minute in (1, 2):
            bind(response_unit_id=pump, device="xe-1", actor=ioc.van, at=later(minute), key=key)
        (row,) = units_at(later(2))
        assert (row.device, row.seen_at, row.stale) == ("xe-1", None, True)
        assert units_at(AT)[0].device == ""
        said = [(kind, data) for kind, data in emitted() if "device-bound" in kind]
        assert len(said) == 1
        assert faults(*said[0]) == []
        other = unit(ioc, "Bơm 2")
        with pytest.raises(AlreadyRecorded):
            bind(response_unit_id=other, device="xe-1", actor=ioc.van, at=later(3), key=key)

    def test_takes_the_place_of_the_device_before_and_ends(self, ioc: Center) -> None:
        pump = unit(ioc, "Bơm 1")
        for number in (1, 2):
            keep_tracker(f"xe-{number}")
            bind(response_unit_id=pump, device=f"xe-{number}", actor=ioc.van, at=later(number), key=new_id())
        assert [units_at(later(minute))[0].device for minute in (1, 2)] == ["xe-1", "xe-2"]
        assert [row.device for row in free_trackers()] == ["xe-1"]
        for _ in range(2):
            release(response_unit_id=pump, actor=ioc.van, at=later(3), key=new_id())
        assert units_at(later(3))[0].device == ""

    def test_refuses_what_cannot_tell_where_the_unit_is(self, ioc: Center) -> None:
        pump = unit(ioc, "Bơm 1")
        keep_tracker("xe-ward", owner="H26.00070.1")
        keep_tracker("xe-gone", revoked=True)
        keep_tracker("xe-new", claimed=False)
        keep_tracker("rain-1", profile="gauge")
        assert [row.device for row in free_trackers()] == ["xe-ward"]
        for device in ("xe-ward", "xe-gone", "xe-new", "rain-1", "no-such", "", "x'; drop table"):
            with pytest.raises(errors.DeviceUnfit):
                bind(response_unit_id=pump, device=device, actor=ioc.van, at=later(1), key=new_id())

    def test_refuses_a_device_of_another_unit_and_who_may_not(self, ioc: Center) -> None:
        one, other = unit(ioc, "Bơm 1"), unit(ioc, "Bơm 2")
        keep_tracker("xe-1")
        bind(response_unit_id=one, device="xe-1", actor=ioc.van, at=later(1), key=new_id())
        with pytest.raises(errors.TrackerTaken) as refused:
            bind(response_unit_id=other, device="xe-1", actor=ioc.van, at=later(2), key=new_id())
        assert refused.value.facts == {"device": "xe-1", "unit": "Bơm 1"}
        for actor, error in ((ioc.bao, DutyMissing), (ioc.ward, OtherUnit)):
            with pytest.raises(error):
                bind(response_unit_id=other, device="xe-1", actor=actor, at=later(2), key=new_id())
        with pytest.raises(IntegrityError), transaction.atomic():
            UnitTracker.objects.create(id=new_id(), response_unit_id=other, device="xe-1", bound_at=later(3))


class TestList:
    def test_asks_once_for_each_agency_whatever_there_is_of_units_and_devices(self, ioc: Center) -> None:
        for number in range(3):
            unit(ioc, f"Bơm {number}")
            keep_tracker(f"xe-{number}")
        keep_tracker("xe-ward", owner="H26.00070.1")
        units, trackers = units_at(later(1)), free_trackers()
        with CaptureQueriesContext(connection) as asked:
            shown = lines(units, own(units, trackers, ioc.van, later(1)), Moment(later(1)), None)
        assert len(asked) == 1
        fields = [form.fields[0] for line in shown for form in line.forms if form.fields]
        assert [[one.value for one in field.choices] for field in fields] == [["xe-0", "xe-1", "xe-2"]] * 3
        assert not own(units, trackers, ioc.ward, later(1))
