"""Runbooks on real readings: a sensor ends the step, and while it does not the step escalates again."""

import pytest

from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.runbooks import begin, check_step, take_step
from dothi.incidents.queries import runs_of, timeline
from dothi.incidents.queries.runs import watched
from dothi.incidents.types import EntryKind, IncidentId
from dothi.kernel.ids import new_id
from tests.support.center import Center, call, center, later, opened

DEVICE = "ngap-hang-bai"


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


def begun(ioc: Center, device: str = DEVICE) -> IncidentId:
    key = opened(ioc)
    begin(call(key, ioc.van, 1), code="flooded-point", device=device)
    return key


class TestBegin:
    def test_keeps_the_version_and_is_done_once(self, ioc: Center) -> None:
        key, once = opened(ioc), new_id()
        for _ in range(2):
            begin(call(key, ioc.van, key=once), code="flooded-point", device=DEVICE)
        (run,) = runs_of(key)
        assert (run.code, run.version, run.device) == ("flooded-point", 1, DEVICE)
        assert [step.state for step in run.steps] == ["waiting"] * 3
        with pytest.raises(errors.StepUnfit):
            begin(call(key, ioc.van), code="flooded-point", device=DEVICE)

    def test_needs_a_runbook_and_a_device(self, ioc: Center) -> None:
        with pytest.raises(errors.KindUnknown):
            begin(call(opened(ioc), ioc.van), code="no-such", device=DEVICE)
        with pytest.raises(errors.StepUnfit):
            begin(call(opened(ioc), ioc.van), code="flooded-point")

    def test_takes_plain_steps_by_word_once(self, ioc: Center) -> None:
        key = begun(ioc)
        (run,) = runs_of(key)
        once = new_id()
        for _ in range(2):
            take_step(call(key, ioc.van, 2, key=once), run_id=run.id, step_id="close-road")
        for step in ("close-road", "no-such"):
            with pytest.raises(errors.StepUnfit):
                take_step(call(key, ioc.van, 3), run_id=run.id, step_id=step)
        with pytest.raises(errors.StepUnfit):
            take_step(call(opened(ioc), ioc.van, 3), run_id=run.id, step_id="open-road")
        assert timeline(key, later(4))[-1].kind is EntryKind.STEP_DONE


class TestSensor:
    def test_that_is_silent_escalates_too(self, ioc: Center) -> None:
        key = begun(ioc)
        (run,) = runs_of(key)
        take_step(call(key, ioc.van, 2), run_id=run.id, step_id="pump")
        assert check_step(run_id=run.id, step_id="pump", at=later(62)) is EntryKind.STEP_UNMET

    def test_is_not_asked_after_the_incident_is_closed(self, ioc: Center) -> None:
        key = begun(ioc)
        (run,) = runs_of(key)
        take_step(call(key, ioc.van, 2), run_id=run.id, step_id="pump")
        acts.close(call(key, ioc.van, 3, note="báo nhầm"), cause="unfounded")
        assert check_step(run_id=run.id, step_id="pump", at=later(99)) is None
        assert watched() == []
