"""Steps of runbooks that real readings end, and that escalate again while they do not."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.tasks.models import Task
from dothi.incidents import errors
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions.runbooks import begin, check_step, take_step
from dothi.incidents.queries import incident, runs_of, timeline
from dothi.incidents.queries.runs import runs_at, watched
from dothi.incidents.types import EntryKind, IncidentId, State
from tests.conftest import database_of_its_own
from tests.support.center import Center, call, center, later, opened
from tests.support.events import emitted, faults
from tests.support.told import Telemetry, telemetry_of, tell

DEVICE = "ngap-hang-bai"


@dataclass(frozen=True)
class Sensing:
    """A center, and a connection as ingest has one, on a database of this module's own."""

    ioc: Center
    telemetry: Telemetry


@pytest.fixture(scope="module")
def sensing(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[Sensing]:
    with database_of_its_own(cluster, django_db_blocker) as name, telemetry_of(cluster, name) as telemetry:
        yield Sensing(center(), telemetry)


def depths(told: Sensing, from_min: int, until_min: int, depth_m: float, device: str = DEVICE) -> None:
    for minute in range(from_min, until_min, 2):
        tell(told.telemetry, device, "depth", depth_m, later(minute))


def begun(ioc: Center, device: str = DEVICE) -> IncidentId:
    key = opened(ioc)
    begin(call(key, ioc.van, 1), code="flooded-point", device=device)
    return key


def asked_of(key: IncidentId) -> list[str]:
    """Return for which times, that a step was unmet, operators are still asked to do more."""
    found = Task.objects.filter(duty="operate", about__endswith=str(key), finished_at=None)
    return [task.key.rpartition(":")[2] for task in found.order_by("key")]


class TestSensor:
    def test_ends_the_step_when_it_has_recovered_and_not_before(self, sensing: Sensing) -> None:
        ioc = sensing.ioc
        key = begun(ioc)
        (run,) = runs_of(key)
        depths(sensing, 0, 20, 0.01)
        take_step(call(key, ioc.van, 20), run_id=run.id, step_id="pump")
        assert check_step(run_id=run.id, step_id="pump", at=later(20)) is None
        depths(sensing, 21, 30, 0.30)
        assert check_step(run_id=run.id, step_id="pump", at=later(30)) is None
        with pytest.raises(errors.StepsOpen):
            acts.close(call(key, ioc.van, 30, note="x"), cause="handled")
        depths(sensing, 31, 43, 0.02)
        for _ in range(2):
            check_step(run_id=run.id, step_id="pump", at=later(45))
        line = timeline(key, later(45))[-1]
        assert (line.kind, line.occurred_at, line.recorded_at) == (
            EntryKind.STEP_DONE, later(41), later(45)
        )  # fmt: skip
        assert line.facts["readings"] == 6
        assert [one.kind for one in timeline(key, later(45))].count(EntryKind.STEP_DONE) == 1
        assert run.id not in {one for one, _ in watched()}
        asked = ((1, None), (25, None), (42, None), (42, 44), (46, None))
        stood = [runs_at(key, later(at), later(known) if known else None) for at, known in asked]
        pumps = [[step.state for step in runs[0].steps if step.id == "pump"] for runs in stood]
        assert pumps == [["waiting"], ["watching"], ["done"], ["watching"], ["done"]]
        assert runs_at(key, later(0)) == []
        acts.close(call(key, ioc.van, 50, note="x"), cause="handled")

    def test_that_does_not_recover_escalates_again_and_again(self, sensing: Sensing) -> None:
        ioc = sensing.ioc
        key = begun(ioc, "ngap-hang-bun")
        (run,) = runs_of(key)
        take_step(call(key, ioc.van, 0), run_id=run.id, step_id="pump")
        acts.stabilize(call(key, ioc.van, 10))
        depths(sensing, 1, 59, 0.40, "ngap-hang-bun")
        assert check_step(run_id=run.id, step_id="pump", at=later(59)) is None
        for minute in (60, 61, 119, 120):
            check_step(run_id=run.id, step_id="pump", at=later(minute))
        unmet = [
            line.facts["times"] for line in timeline(key, later(120)) if line.kind is EntryKind.STEP_UNMET
        ]
        assert unmet == [1, 2]
        (then,) = [step for step in runs_at(key, later(70))[0].steps if step.id == "pump"]
        assert (then.state, then.unmet, then.due_at) == ("watching", 1, later(120))
        assert incident(key, later(60)).state is State.UNDER_WAY
        assert asked_of(key) == ["2"]
        said = [(kind, data) for kind, data in emitted() if ".incidents." in kind]
        assert [fault for kind, data in said for fault in faults(kind, data)] == []
        depths(sensing, 121, 140, 0.02, "ngap-hang-bun")
        assert check_step(run_id=run.id, step_id="pump", at=later(141)) is EntryKind.STEP_DONE
        assert asked_of(key) == []

    @pytest.mark.parametrize("merged", [False, True])
    def test_is_asked_for_no_more_once_the_incident_is_over(self, sensing: Sensing, merged: bool) -> None:
        ioc = sensing.ioc
        key = standing = begun(ioc, "ngap-hang-than")
        (run,) = runs_of(key)
        take_step(call(key, ioc.van, 0), run_id=run.id, step_id="pump")
        check_step(run_id=run.id, step_id="pump", at=later(60))
        if merged:
            standing = opened(ioc, 61)
            acts.merge(call(key, ioc.van, 62), into=standing)
        assert asked_of(key) == ["1"]
        acts.close(call(standing, ioc.van, 63, note="Nước tự rút"), cause="gone")
        assert asked_of(key) == []
