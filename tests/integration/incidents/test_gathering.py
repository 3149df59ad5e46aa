"""What an incident gathers: calls, reports, another incident with all that was begun for it."""

from datetime import timedelta

import pytest

from dothi.foundation.identity.errors import OtherUnit
from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.runbooks import begin, check_step, take_step
from dothi.incidents.queries import coded, incident, incidents_at, runs_of, taken_alerts, timeline, whole_of
from dothi.incidents.types import EntryKind, IncidentId, Origin
from dothi.kernel.ids import new_id
from tests.support.alerts import GAUGE, a_watching, raised
from tests.support.center import AT, Center, call, center, later, opened
from tests.support.events import emitted, faults
from tests.support.warnings import approved, drafted


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


class TestWord:
    def test_of_a_caller_or_a_report_stands_in_the_timeline_once_a_key(self, ioc: Center) -> None:
        key, once = opened(ioc), new_id()
        for _ in range(2):
            acts.join_word(
                call(key, ioc.van, 2, key=once, note="Nước vào nhà"),
                origin=Origin.CALL,
                reference="115/26-0412",
            )
        acts.join_word(call(key, ioc.van, 3, note="Ảnh nước sâu"), origin=Origin.REPORT)
        lines = timeline(key, later(4))[1:]
        assert [(line.kind, line.facts["reference"]) for line in lines] == [
            (EntryKind.CALL_JOINED, "115/26-0412"), (EntryKind.REPORT_JOINED, "")
        ]  # fmt: skip
        said = [(kind, data) for kind, data in emitted() if "-joined" in kind]
        assert [fault for kind, data in said for fault in faults(kind, data)] == []

    def test_needs_words_a_kind_and_a_number_that_is_one(self, ioc: Center) -> None:
        key = opened(ioc)
        with pytest.raises(errors.WordsMissing):
            acts.join_word(call(key, ioc.van), origin=Origin.CALL)
        for origin, reference in (
            (Origin.ALERT, ""),
            (Origin.CALL, "x" * 41),
            (Origin.CALL, "<b>"),
            (Origin.CALL, "ông Nam"),
        ):
            with pytest.raises(errors.KindUnknown):
                acts.join_word(call(key, ioc.van, note="x"), origin=origin, reference=reference)
        with pytest.raises(OtherUnit):
            acts.join_word(call(key, ioc.ward, note="x"), origin=Origin.CALL)


class TestMerged:
    def test_answers_to_both_codes_through_every_merge(self, ioc: Center) -> None:
        first, second, third = opened(ioc), opened(ioc, 1), opened(ioc, 2)
        codes = [incident(key, later(2)).code for key in (first, second, third)]
        acts.merge(call(third, ioc.van, 3), into=second)
        acts.merge(call(second, ioc.van, 4), into=first)
        assert [coded(code.lower()) for code in codes] == [first] * 3
        assert list(whole_of(first).values()) == codes
        assert [row.id for row in incidents_at(later(5))] == [first]
        for code in ("SC-260930-999", "", "'; select 1", "x" * 5000):
            with pytest.raises(errors.IncidentNotFound):
                coded(code)

    def test_into_itself_again_or_in_a_ring_is_refused(self, ioc: Center) -> None:
        one, other, once = opened(ioc), opened(ioc), new_id()
        with pytest.raises(errors.IncidentClosed):
            acts.merge(call(one, ioc.van), into=one)
        done = [acts.merge(call(other, ioc.van, 2, key=once), into=one) for _ in range(2)]
        assert done[0] == done[1]
        for source, target in ((other, one), (one, other), (other, other)):
            with pytest.raises(errors.IncidentClosed):
                acts.merge(call(source, ioc.van, 3), into=target)
        kinds = [line.kind for line in timeline(one, later(9))]
        assert kinds.count(EntryKind.MERGED) == 2

    def test_into_another_center_s_is_refused(self, ioc: Center) -> None:
        one = opened(ioc)
        theirs = opened(Center(ioc.ward.holdings[0].unit_id, ioc.ward, ioc.ward, ioc.ward))
        for source, target, actor in (
            (one, theirs, ioc.van),
            (theirs, one, ioc.van),
            (one, theirs, ioc.ward),
        ):
            with pytest.raises(OtherUnit):
                acts.merge(call(source, actor, 2), into=target)

    def test_goes_on_with_its_runbook(self, ioc: Center) -> None:
        one, other = opened(ioc), opened(ioc)
        begin(call(other, ioc.van, 1), code="flooded-point", device="ngap-1")
        (run,) = runs_of(other)
        take_step(call(other, ioc.van, 2), run_id=run.id, step_id="pump")
        acts.merge(call(other, ioc.van, 3), into=one)
        assert [row.id for row in runs_of(one)] == [run.id]
        with pytest.raises(errors.StepUnfit):
            begin(call(one, ioc.van, 4), code="flooded-point", device="ngap-1")
        take_step(call(one, ioc.van, 5), run_id=run.id, step_id="close-road")
        with pytest.raises(errors.StepsOpen):
            acts.close(call(one, ioc.van, 6, note="x"), cause="handled")
        assert check_step(run_id=run.id, step_id="pump", at=later(62)) is EntryKind.STEP_UNMET
        assert timeline(one, later(62))[-1].kind is EntryKind.STEP_UNMET
        assert {step.id: step.state for step in runs_of(one)[0].steps} == {
            "close-road": "done", "pump": "watching", "open-road": "waiting"
        }  # fmt: skip

    def test_is_told_of_a_warning_that_was_drafted_before(self, ioc: Center) -> None:
        one, other = opened(ioc), opened(ioc)
        draft = drafted(ioc, 1, incident_id=other)
        acts.merge(call(other, ioc.van, 2), into=one)
        approved(ioc, draft, 3)
        (line,) = [line for line in timeline(one, later(4)) if line.kind is EntryKind.WARNING_ISSUED]
        assert (line.warning_id, incident(one, later(4)).revision) == (draft, line.number)

    def test_keeps_its_alerts(self, ioc: Center) -> None:
        alert = raised(a_watching(), GAUGE, AT - timedelta(minutes=5)).id
        one, other = opened(ioc), opened(ioc)
        acts.join_alert(call(other, ioc.van), alert_id=alert)
        acts.merge(call(other, ioc.van, 2), into=one)
        assert taken_alerts([alert, new_id()]) == {alert}
        with pytest.raises(errors.AlertTaken):
            acts.join_alert(call(IncidentId(one), ioc.van, 3), alert_id=alert)
