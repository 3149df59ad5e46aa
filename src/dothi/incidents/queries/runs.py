"""Runbooks that were begun for an incident, and what the sensors say that their steps wait for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from dothi.foundation.clock import acted_by
from dothi.foundation.statements import Statement, ask
from dothi.incidents import runbooks
from dothi.incidents.kinds import Words
from dothi.incidents.models import Entry, Run, RunStep
from dothi.incidents.queries.incidents import FAR, whole_of
from dothi.incidents.queries.presence import has_readings
from dothi.incidents.runbooks import Condition
from dothi.incidents.types import EntryKind, IncidentId, Place

_SQL = Path(__file__).parents[1] / "sql"
_SINCE = (_SQL / "readings_of.sql").read_text(encoding="utf-8")
_SENSORS = (_SQL / "sensors_near.sql").read_text(encoding="utf-8")
MOST_SENSORS = 30


@dataclass(frozen=True, slots=True)
class Ended:
    """
    By what a step was ended: by the hand of who held `post_id`, or, where that is None, by its sensor.

    Then `value` is the reading that ended it, the last of `readings` since `since`.
    """

    post_id: UUID | None
    value: float | None = None
    since: datetime | None = None
    readings: int = 0


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
    ended: Ended | None


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


@dataclass(frozen=True, slots=True)
class Sensor:
    """A device that measures what a runbook asks for; `distance_m` is None where its place is not known."""

    device: str
    name: Words
    measures: frozenset[str]
    distance_m: float | None


def runs_of(incident_id: IncidentId) -> list[RunRow]:
    """
    Return the runbooks begun for an incident, and for what was merged into it, as they stand now.

    The earliest first; four statements.
    """
    whole = list(whole_of(incident_id))
    rows = Run.objects.filter(incident_id__in=whole).prefetch_related("steps").order_by("begun_at", "id")
    ended = _ended(whole)
    return [_run(row, ended) for row in rows]


def runs_at(incident_id: IncidentId, at: datetime, known_at: datetime | None = None) -> list[RunRow]:
    """Return the runbooks begun by `at` as they stood, by what was known at `known_at`; six statements."""
    by = acted_by(at, known_at)
    lines = Entry.objects.filter(
        incident_id__in=list(whole_of(incident_id)), occurred_at__lte=at, recorded_at__lte=known_at or FAR,
        kind__in=[EntryKind.STEP_DONE.value, EntryKind.STEP_UNMET.value],
    )  # fmt: skip
    told: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for line in lines.order_by("occurred_at", "id"):
        told[str(line.facts.get("run")), str(line.facts.get("step"))].append(line)
    return [
        replace(run, steps=tuple(_stood(step, told[str(run.id), step.id], by) for step in run.steps))
        for run in runs_of(incident_id) if run.begun_at <= by
    ]  # fmt: skip


def _stood(step: StepRow, told: Sequence[Entry], by: datetime) -> StepRow:
    """Return a step as the lines that count say: done, watched again each time it was unmet, or waiting."""
    unmet = [line.occurred_at for line in told if line.kind == EntryKind.STEP_UNMET.value]
    if len(unmet) < len(told):
        return replace(step, unmet=len(unmet))
    since = step.watched_since if step.watched_since and step.watched_since <= by else None
    due = max([since, *unmet]) + step.condition.within if since and step.condition else None
    return replace(
        step, state="watching" if since else "waiting", watched_since=since, due_at=due, unmet=len(unmet),
        done_at=None, ended=None,
    )  # fmt: skip


def waiting_for_sensor(incident_id: IncidentId) -> list[StepRow]:
    """Return the steps of an incident that a sensor must end and has not; four statements."""
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


def sensors_near(place: Place, measures: frozenset[str]) -> list[Sensor]:
    """Return the devices that have told one of `measures`, the nearest to `place` first; two statements."""
    if not measures or not has_readings():
        return []
    asked = {"measures": sorted(measures), "lon": place.lon, "lat": place.lat, "limit": MOST_SENSORS}
    return [
        Sensor(device, Words(vi or device, en or vi or device), frozenset(told), away)
        for device, vi, en, told, away in ask(Statement(_SENSORS, asked))[0]
    ]


def _ended(whole: Sequence[IncidentId]) -> Mapping[tuple[str, str], Ended]:
    """Return by what each step was ended, by run and step."""
    lines = Entry.objects.filter(incident_id__in=whole, kind=EntryKind.STEP_DONE.value)
    return {
        (line.facts["run"], line.facts["step"]): _by(line)
        for line in lines.order_by("recorded_at", "id")
        if "run" in line.facts
    }


def _by(line: Entry) -> Ended:
    told = line.facts
    if "value" not in told:
        return Ended(line.post_id)
    return Ended(None, float(told["value"]), datetime.fromisoformat(told["since"]), told["readings"])


def _run(row: Run, ended: Mapping[tuple[str, str], Ended]) -> RunRow:
    told = runbooks.read(row.document)
    state = {one.step: one for one in row.steps.all()}
    steps = tuple(_step(step, state[step.id], ended.get((str(row.id), step.id))) for step in told.steps)
    return RunRow(row.id, row.code, row.version, told.name, row.device, row.begun_at, steps)


def _step(told: runbooks.Step, row: RunStep, ended: Ended | None) -> StepRow:
    return StepRow(
        told.id, told.title, told.condition, row.state, row.watched_since, row.due_at, row.unmet, row.done_at,
        ended,
    )  # fmt: skip
