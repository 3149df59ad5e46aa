"""Acts of runbooks: begin one, take a step; and what the system does where a sensor must speak."""

from datetime import datetime
from uuid import UUID, uuid5

from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.ledger.types import Fact
from dothi.foundation.tasks.actions import finish, follow
from dothi.foundation.tasks.types import Place, Work
from dothi.incidents import rules, runbooks
from dothi.incidents.acting import Line, Turn, perform
from dothi.incidents.errors import IncidentClosed, KindUnknown, StepUnfit
from dothi.incidents.models import Incident, Run, RunStep
from dothi.incidents.queries.incidents import standing_of, whole_of
from dothi.incidents.queries.runs import readings
from dothi.incidents.runbooks import Condition, Recovery, recovered
from dothi.incidents.telling import name_of
from dothi.incidents.types import Call, EntryKind, IncidentId, Outcome, State
from dothi.kernel.problems import msg

OPERATE = rules.OPERATE
UNMET = msg("%(code)s: the sensor has not recovered. Do more, or send more.")


def begin(call: Call, *, code: str, device: str = "") -> Outcome:
    """
    Begin the latest version of a runbook; `device` is whose series its conditions are about.

    Raises KindUnknown, StepUnfit where it was begun before or needs a device, and what all raise.
    """
    book = runbooks.runbooks().get(code)
    if book is None:
        raise KindUnknown(word=code)

    def begun(turn: Turn) -> Line:
        whole = list(whole_of(IncidentId(turn.incident.id)))
        again = Run.objects.filter(incident_id__in=whole, code=code).exists()
        if again or (not device and any(step.condition for step in book.steps)):
            raise StepUnfit
        run = Run.objects.create(
            id=call.key, incident=turn.incident, code=code, version=book.version,
            document=dict(book.document), device=device, begun_at=call.at,
        )  # fmt: skip
        RunStep.objects.bulk_create(RunStep(run=run, step=step.id) for step in book.steps)
        facts: dict[str, Fact] = {"runbook": code, "version": book.version, "device": device}
        return Line(EntryKind.RUNBOOK_STARTED, facts=facts)

    return perform(rules.acts_by("begin-runbook", OPERATE | rules.DISPATCH), call, begun)


def take_step(call: Call, *, run_id: UUID, step_id: str) -> Outcome:
    """
    Take a step. One without a condition is done; of one with a condition the sensor is watched from now on.

    Raises StepUnfit and what all raise.
    """

    def taken(turn: Turn) -> Line:
        run, row = _step(run_id, step_id, turn.incident)
        if row.state != "waiting":
            raise StepUnfit
        condition = _condition(run, step_id)
        facts = _facts(run, step_id)
        if condition is None:
            row.state, row.done_at = "done", call.occurred_at or call.at
            row.save()
            return Line(EntryKind.STEP_DONE, facts=facts)
        row.state, row.watched_since = "watching", call.at
        row.due_at = call.at + condition.within
        row.save()
        return Line(EntryKind.NOTED, facts={**facts, "watched": condition.measure, "device": run.device})

    return perform(rules.acts_by("take-step", OPERATE | rules.DISPATCH), call, taken)


def let_go(*, incident_id: IncidentId, at: datetime) -> None:
    """Ask nobody any more for the steps of an incident that is over, in the caller's transaction."""
    asked = RunStep.objects.select_related("run").filter(unmet__gt=0).exclude(state="done")
    for row in asked.filter(run__incident_id__in=list(whole_of(incident_id))):
        finish(key=_task_key(row, row.unmet), at=at)


def check_step(*, run_id: UUID, step_id: str, at: datetime) -> EntryKind | None:
    """
    Ask the sensor that a step waits for; return what that came to, None where it is waited for on.

    Recovered: the step is done. Not within its time: it is unmet, the incident is under way again, the
    operators have a task, and it is waited for as long again. Checking again changes nothing.
    """
    row = RunStep.objects.select_related("run__incident").filter(run_id=run_id, step=step_id).first()
    if row is None or row.state != "watching" or row.watched_since is None or row.due_at is None:
        return None
    condition = _condition(row.run, step_id)
    assert condition is not None
    found = recovered(readings(row.run.device, condition.measure, row.watched_since, at), condition)
    if found is None and at < row.due_at:
        return None
    kind = EntryKind.STEP_UNMET if found is None else EntryKind.STEP_DONE
    standing = standing_of(IncidentId(row.run.incident_id))
    call = Call(
        standing, SYSTEM, at, uuid5(run_id, f"{step_id}:{kind.value}:{row.unmet}"),
        occurred_at=found.at if found and at - rules.BACK <= found.at else None,
    )  # fmt: skip
    try:
        perform(rules.CHECK_STEP, call, lambda turn: _checked(turn, row, condition, found))
    except IncidentClosed:
        if standing_of(standing) == standing:
            RunStep.objects.filter(pk=row.pk, state="watching").update(state="waiting")
        return None
    return kind


def _checked(turn: Turn, row: RunStep, condition: Condition, found: Recovery | None) -> Line:
    row.refresh_from_db()
    facts = {**_facts(row.run, row.step), "device": row.run.device, "measure": condition.measure}
    if found is not None:
        row.state, row.done_at, row.due_at = "done", found.at, None
        row.save()
        finish(key=_task_key(row, row.unmet), at=turn.call.at)
        told: dict[str, Fact] = {
            "since": found.since.isoformat(),
            "until": found.at.isoformat(),
            "readings": found.readings,
            "value": repr(found.value),
        }
        return Line(EntryKind.STEP_DONE, facts={**facts, **told})
    row.unmet += 1
    row.due_at = turn.call.at + condition.within
    row.save()
    _ask_for_more(turn.incident, row, turn.call.at)
    state = State.UNDER_WAY if turn.incident.state == State.STABILIZED else None
    return Line(EntryKind.STEP_UNMET, state, facts={**facts, "times": row.unmet})


def _ask_for_more(incident: Incident, row: RunStep, at: datetime) -> None:
    """Put it on the list of the operators of the center, due at once, in place of the time before."""
    work = Work(
        key=_task_key(row, row.unmet),
        place=Place(incident.unit_id, "operate"), title=UNMET, about=name_of(incident), due_at=at,
        facts={"code": incident.code},
    )  # fmt: skip
    follow(done=_task_key(row, row.unmet - 1), work=work, at=at)


def _task_key(row: RunStep, times: int) -> str:
    """Return the key of the task that a step is to the operators once it was unmet so many times."""
    return f"incident:{row.run.incident_id}:{row.run_id}:{row.step}:{times}"


def _facts(run: Run, step_id: str) -> dict[str, Fact]:
    return {"run": str(run.id), "runbook": run.code, "version": run.version, "step": step_id}


def _step(run_id: UUID, step_id: str, incident: Incident) -> tuple[Run, RunStep]:
    """Return a step of a runbook of the incident, or of one that was merged into it. Raises StepUnfit."""
    whole = list(whole_of(IncidentId(incident.id)))
    of = RunStep.objects.select_related("run").filter(run_id=run_id, step=step_id)
    row = of.filter(run__incident_id__in=whole).first()
    if row is None:
        raise StepUnfit
    return row.run, row


def _condition(run: Run, step_id: str) -> Condition | None:
    return next(step.condition for step in runbooks.read(run.document).steps if step.id == step_id)
