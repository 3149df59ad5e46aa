"""Runbooks on real readings: a sensor ends the step, and while it does not the step escalates again."""

from collections.abc import Iterator

import pytest

from dothi.config.supervisor import postgres
from dothi.foundation.tasks.models import Task
from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.runbooks import begin, check_step, take_step
from dothi.incidents.queries import incident, runs_of, timeline
from dothi.incidents.queries.runs import watched
from dothi.incidents.types import EntryKind, IncidentId, State
from dothi.kernel.ids import new_id
from tests.support.center import Center, call, center, later, opened
from tests.support.events import emitted, faults
from tests.support.told import Telemetry, telemetry_of, tell

DEVICE = "ngap-hang-bai"


@pytest.fixture
def ioc(db: None) -> Center:
    return center()


@pytest.fixture
def told(cluster: postgres.Cluster, fresh_database: str) -> Iterator[Telemetry]:
    with telemetry_of(cluster, fresh_database) as telemetry:
        yield telemetry


def depths(told: Telemetry, from_min: int, until_min: int, depth_m: float) -> None:
    for minute in range(from_min, until_min, 2):
        tell(told, DEVICE, "depth", depth_m, later(minute))


def begun(ioc: Center) -> IncidentId:
    key = opened(ioc)
    begin(call(key, ioc.van, 1), code="flooded-point", device=DEVICE)
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
    def test_ends_the_step_when_it_has_recovered_and_not_before(self, told: Telemetry) -> None:
        ioc = center()
        key = begun(ioc)
        (run,) = runs_of(key)
        depths(told, 0, 20, 0.01)
        take_step(call(key, ioc.van, 20), run_id=run.id, step_id="pump")
        assert check_step(run_id=run.id, step_id="pump", at=later(20)) is None
        depths(told, 21, 30, 0.30)
        assert check_step(run_id=run.id, step_id="pump", at=later(30)) is None
        with pytest.raises(errors.StepsOpen):
            acts.close(call(key, ioc.van, 30, note="x"), cause="handled")
        depths(told, 31, 43, 0.02)
        for _ in range(2):
            check_step(run_id=run.id, step_id="pump", at=later(45))
        line = timeline(key, later(45))[-1]
        assert (line.kind, line.occurred_at, line.recorded_at) == (
            EntryKind.STEP_DONE, later(41), later(45)
        )  # fmt: skip
        assert line.facts["readings"] == 6
        assert [one.kind for one in timeline(key, later(45))].count(EntryKind.STEP_DONE) == 1
        assert watched() == []
        acts.close(call(key, ioc.van, 50, note="x"), cause="handled")

    def test_that_does_not_recover_escalates_again_and_again(self, told: Telemetry) -> None:
        ioc = center()
        key = begun(ioc)
        (run,) = runs_of(key)
        take_step(call(key, ioc.van, 0), run_id=run.id, step_id="pump")
        acts.stabilize(call(key, ioc.van, 10))
        depths(told, 1, 59, 0.40)
        assert check_step(run_id=run.id, step_id="pump", at=later(59)) is None
        for minute in (60, 61, 119, 120):
            check_step(run_id=run.id, step_id="pump", at=later(minute))
        unmet = [
            line.facts["times"] for line in timeline(key, later(120)) if line.kind is EntryKind.STEP_UNMET
        ]
        assert unmet == [1, 2]
        assert incident(key, later(60)).state is State.UNDER_WAY
        assert Task.objects.filter(duty="operate", unit_id=ioc.unit_id).count() == 2
        said = [(kind, data) for kind, data in emitted() if ".incidents." in kind]
        assert [fault for kind, data in said for fault in faults(kind, data)] == []

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
