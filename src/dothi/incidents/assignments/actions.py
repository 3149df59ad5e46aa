"""
The only writes of assignments: giving one, accepting it, reporting it done, withdrawing it.

Each is a line of the incident's timeline, with its ledger entry and its event. The agency finds it on the
work list of whoever processes there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, Duty, Kind, require
from dothi.foundation.statements import read, together
from dothi.foundation.tasks.actions import finish, post
from dothi.foundation.tasks.types import Place, Work
from dothi.incidents import rules
from dothi.incidents.acting import (
    Line,
    Turn,
    add_line,
    done_on,
    lock_standing,
    perform,
    record_act,
    say_why_in,
)
from dothi.incidents.assignments.errors import AssignmentMoved, AssignmentNotFound, AssignmentUnfit
from dothi.incidents.assignments.models import Assignment, AssignmentStep
from dothi.incidents.assignments.types import AssignmentId, NewAssignment, State
from dothi.incidents.models import Incident
from dothi.incidents.telling import tell_of_incident
from dothi.incidents.types import Call, EntryKind, IncidentId, Outcome
from dothi.kernel.ids import UnitId, urn
from dothi.kernel.problems import msg
from dothi.registers.agencies.errors import UnitUnknown
from dothi.registers.agencies.queries import unit_of
from dothi.registers.agencies.types import UnitRow

DUTY = Duty.PROCESS
"""Who answers a center in an agency: whoever processes there. House rule."""
GIVE = rules.acts_by("give-assignment", rules.OPERATE | rules.DISPATCH)
OFFICIALS = frozenset({Kind.OFFICIAL})
ACCEPT = ActRule("incidents.accept-assignment", OFFICIALS, frozenset({DUTY}))
REPORT = ActRule("incidents.report-assignment", OFFICIALS, frozenset({DUTY}))
WITHDRAW = ActRule("incidents.withdraw-assignment", OFFICIALS, rules.OPERATE | rules.DISPATCH)
FURTHEST = timedelta(days=30)
TITLE = msg("Center: %(words)s")
KIND = "assignment"


@dataclass(frozen=True, slots=True)
class Step:
    """One act on an assignment: by which rule, from which states to which, as which line."""

    rule: ActRule
    before: frozenset[State]
    after: State
    line: EntryKind


ACCEPTING = Step(ACCEPT, frozenset({State.GIVEN}), State.ACCEPTED, EntryKind.ASSIGNMENT_ACCEPTED)
REPORTING = Step(REPORT, frozenset({State.ACCEPTED}), State.DONE, EntryKind.ASSIGNMENT_DONE)
WITHDRAWING = Step(
    WITHDRAW, frozenset({State.GIVEN, State.ACCEPTED}), State.WITHDRAWN, EntryKind.ASSIGNMENT_WITHDRAWN
)


def give(call: Call, *, new: NewAssignment) -> Outcome:
    """
    Ask something of an agency, for the incident of `call`; its key is the id of the assignment.

    Raises AssignmentUnfit, WordsMissing and what all acts on incidents raise.
    """
    say_why_in(new.words)
    agency = _agency(new.agency_id, call.at)
    if not call.at < new.due_at <= call.at + FURTHEST:
        raise AssignmentUnfit

    def given(turn: Turn) -> Line:
        made = Assignment.objects.create(
            id=call.key, incident_id=turn.incident.id, agency_id=agency.id, agency_vi=agency.name.vi,
            agency_en=agency.name.en, words=new.words.strip(), due_at=new.due_at, given_at=call.at,
        )  # fmt: skip
        _add_step(made, call.key, State.GIVEN, call.actor, turn.decision, call.at, "")
        post(work=_work(made), at=call.at)
        facts = {**_facts(made), "due_at": new.due_at.isoformat()}
        return Line(EntryKind.ASSIGNMENT_GIVEN, facts=facts)

    return perform(GIVE, call, given)


def accept(*, assignment_id: AssignmentId, actor: Actor, at: datetime, key: UUID) -> None:
    """Take it on for one's agency. Raises AssignmentNotFound, Refused, AssignmentMoved."""
    _step(ACCEPTING, assignment_id, actor, at, key, "")


def report(*, assignment_id: AssignmentId, note: str, actor: Actor, at: datetime, key: UUID) -> None:
    """Say that it is done, and how. Raises WordsMissing and what `accept` raises."""
    say_why_in(note)
    _step(REPORTING, assignment_id, actor, at, key, note)


def withdraw(*, assignment_id: AssignmentId, note: str, actor: Actor, at: datetime, key: UUID) -> None:
    """Ask for it no longer, and say why. Raises WordsMissing and what `accept` raises."""
    say_why_in(note)
    _step(WITHDRAWING, assignment_id, actor, at, key, note)


def _step(
    step: Step, assignment_id: AssignmentId, actor: Actor, at: datetime, key: UUID, note: str
) -> None:  # fmt: skip
    """Do one act, told in the incident that this one goes on in; the same key again changes nothing."""
    with together():
        found = read(Assignment, "where id = %(id)s for update", {"id": assignment_id})
        if not found:
            raise AssignmentNotFound
        row = found[0]
        incident = lock_standing(row.incident_id)
        decision = require(actor, step.rule, _case(row, incident, step), at)
        if done_on(AssignmentStep, key, "assignment_id", row.id):
            return
        if State(row.state) not in step.before:
            raise AssignmentMoved
        row.state = step.after.value
        row.save(update_fields=["state"])
        _add_step(row, key, step.after, actor, decision, at, note)
        if step.after is not State.ACCEPTED:
            finish(key=_work(row).key, at=at)
        _tell(step, row, incident, Call(IncidentId(incident.id), actor, at, key, note), decision)


def _tell(step: Step, row: Assignment, incident: Incident, call: Call, decision: Decision) -> None:
    """Add the line to the timeline, with its ledger entry and its event."""
    facts = _facts(row)
    add_line(incident, Line(step.line, facts=facts), call, decision, call.key)
    incident.save()
    name = urn(settings.NODE, KIND, row.id)
    record_act(step.rule.name, call.actor, decision, name, call.key, call.at, facts)
    tell_of_incident(step.line, incident, call.at)


def _case(row: Assignment, incident: Incident, step: Step) -> CaseFacts:
    """Return what authority needs to know: the agency answers, and the center withdraws."""
    unit = incident.unit_id if step is WITHDRAWING else row.agency_id
    return CaseFacts(kind=KIND, unit_id=UnitId(unit), state=row.state, absent=AssignmentNotFound)


def _add_step(
    row: Assignment, key: UUID, state: State, actor: Actor, decision: Decision, at: datetime, note: str
) -> None:
    assert actor.person_id is not None
    AssignmentStep.objects.create(
        id=key, assignment=row, state=state.value, at=at, actor_id=actor.person_id,
        post_id=decision.post_id, note=note.strip(),
    )  # fmt: skip


def _agency(unit_id: UnitId, at: datetime) -> UnitRow:
    try:
        return unit_of(unit_id, civil_date(at))
    except UnitUnknown as error:
        raise AssignmentUnfit from error


def _facts(row: Assignment) -> Mapping[str, str]:
    return {"assignment": str(row.id), "agency": row.agency_vi, "agency_en": row.agency_en}


def _work(row: Assignment) -> Work:
    return Work(
        key=f"assignment:{row.id}", place=Place(row.agency_id, DUTY.value), title=TITLE,
        facts={"words": row.words[:200]}, about=urn(settings.NODE, KIND, row.id), due_at=row.due_at,
    )  # fmt: skip
