"""The minute's question to the sensors really is asked by a worker, and ends the step that waits for it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.incidents.actions.runbooks import begin, take_step
from dothi.incidents.queries import runs_of
from dothi.incidents.types import IncidentId
from tests.support import center as centers
from tests.support.center import call, center, later, opened
from tests.support.jobs import do_waiting_jobs
from tests.support.servers import die_with_parent
from tests.support.told import Telemetry, telemetry_of, tell
from tests.support.waiting import until

JOB = "incidents.check_steps"
DEVICE = "ngap-hang-bai"
PATIENCE_S = 150.0
"""The cron of the job comes each minute."""


@pytest.fixture
def told(
    cluster: postgres.Cluster, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Telemetry]:
    """A connection as ingest has one; the day began an hour ago, for a worker asks what is so now."""
    monkeypatch.setattr(centers, "AT", now() - timedelta(hours=1))
    with telemetry_of(cluster, fresh_database) as telemetry:
        yield telemetry


def pumped_dry(told: Telemetry) -> IncidentId:
    """Let a step wait for its sensor, and the sensor have recovered since."""
    ioc = center()
    key = opened(ioc)
    begin(call(key, ioc.van, 1), code="flooded-point", device=DEVICE)
    (run,) = runs_of(key)
    take_step(call(key, ioc.van, 2), run_id=run.id, step_id="pump")
    for minute in range(20, 34, 2):
        tell(told, DEVICE, "depth", 0.02, later(minute))
    return key


def state(incident_id: IncidentId) -> str:
    (run,) = runs_of(incident_id)
    return next(step.state for step in run.steps if step.id == "pump")


class TestWorker:
    def test_asks_each_minute_and_keeps_the_reading_that_ended_the_step(self, told: Telemetry) -> None:
        key = pumped_dry(told)
        assert {
            task.cron for task in app.periodic_registry.periodic_tasks.values() if task.task.name == JOB
        } == {"* * * * *"}
        app.configure_task(JOB).defer(timestamp=0)
        do_waiting_jobs()
        (run,) = runs_of(key)
        step = next(step for step in run.steps if step.id == "pump")
        assert (step.state, step.done_at) == ("done", later(30))
        assert step.ended is not None
        assert (step.ended.post_id, step.ended.value, step.ended.readings) == (None, 0.02, 6)

    @pytest.mark.long
    def test_does_so_by_itself_as_a_process_of_the_node(
        self, told: Telemetry, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        key = pumped_dry(told)
        environ = {**os.environ, "DOTHI_DSN": cluster.dsn("dothi_app", fresh_database)}
        process = subprocess.Popen(
            [sys.executable, "-m", "dothi.config.cli", "worker"], env=environ,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )  # fmt: skip
        try:
            until(lambda: process.poll() is not None or state(key) == "done")
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(20)
