"""Runbooks that were begun for an incident, and what the sensors say that their steps wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from dothi.foundation.statements import Statement, ask
from dothi.incidents import runbooks
from dothi.incidents.kinds import Words
from dothi.incidents.models import Run, RunStep
from dothi.incidents.runbooks import Condition
from dothi.incidents.types import IncidentId

_SINCE = (Path(__file__).parents[1] / "sql" / "readings_of.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as it stands: `state` is waiting, watching or done; `unmet` how often it escalated."""

    id: str
    title: Words
    condition: Condition | None
    state: str
    watched_since: datetime | None
    due_at: datetime | None
    unmet: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A begun runbook with its steps, in the order of its document."""

    id: UUID
    code: str
    version: int
    name: Words
    device: str
    begun_at: datetime
    steps: tuple[StepRow, ...]


def runs_of(incident_id: IncidentId) -> list[RunRow]:
    """Return the runbooks begun for an incident, the earliest first, as they stand now; two statements."""
    rows = Run.objects.filter(incident_id=incident_id).prefetch_related("steps").order_by("begun_at", "id")
    return [_run(row) for row in rows]


def waiting_for_sensor(incident_id: IncidentId) -> list[StepRow]:
    """Return the steps of an incident that a sensor must end and has not; two statements."""
    every = (step for run in runs_of(incident_id) for step in run.steps)
    return [step for step in every if step.condition is not None and step.state != "done"]


def watched() -> list[tuple[UUID, str]]:
    """Return run and id of each step that waits for a sensor, those due first; one statement."""
    rows = RunStep.objects.filter(state="watching").order_by("due_at", "id")
    return [(row.run_id, row.step) for row in rows]


def readings(device: str, measure: str, since: datetime, at: datetime) -> Sequence[tuple[datetime, float]]:
    """Return the good numbers that a device measured in [since, at], in order of time; one statement."""
    asked = {
        "device": device,
        "measure": measure,
        "since": since,
        "until": at + timedelta(microseconds=1),
    }
    return [(then, value) for then, value in ask(Statement(_SINCE, asked))[0]]


def _run(row: Run) -> RunRow:
    told = runbooks.read(row.document)
    state = {one.step: one for one in row.steps.all()}
    return RunRow(
        row.id, row.code, row.version, told.name, row.device, row.begun_at,
        tuple(_step(step, state[step.id]) for step in told.steps),
    )  # fmt: skip


def _step(told: runbooks.Step, row: RunStep) -> StepRow:
    return StepRow(
        told.id, told.title, told.condition, row.state, row.watched_since, row.due_at, row.unmet, row.done_at
    )
