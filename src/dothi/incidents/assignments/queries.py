"""Assignments as they stood at an instant. An act is recorded when it is done, so both instants are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dothi.foundation.clock import acted_by
from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Kind, require
from dothi.foundation.statements import Statement, ask
from dothi.incidents.assignments.actions import DUTY
from dothi.incidents.assignments.errors import AssignmentNotFound
from dothi.incidents.assignments.models import AssignmentStep
from dothi.incidents.assignments.types import OPEN, AssignmentId, AssignmentRow, State
from dothi.incidents.queries.incidents import whole_of
from dothi.incidents.types import IncidentId
from dothi.kernel.ids import UnitId

MOST = 500
LOOK = ActRule("incidents.look-at-assignment", frozenset({Kind.OFFICIAL}), frozenset({DUTY}))
_AT = """
select one.id, one.incident_id, incident.code, incident.unit_id, one.agency_id, one.agency_vi, one.agency_en,
       one.words, one.due_at, one.given_at, step.state, step.at, step.note
from assignments_assignment one
join incidents_incident incident on incident.id = one.incident_id
join lateral (select state, at, note from assignments_assignmentstep
              where assignment_id = one.id and at <= %(at)s order by at desc, id desc limit 1) step on true
where one.given_at <= %(at)s and (%(id)s::uuid is null or one.id = %(id)s)
  and (%(incidents)s::uuid[] is null or one.incident_id = any(%(incidents)s)) and step.state = any(%(states)s)
order by one.due_at, one.id limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One act on an assignment."""

    state: State
    at: datetime
    note: str


def assignments_at(
    at: datetime, known_at: datetime | None = None, *, limit: int = MOST
) -> list[AssignmentRow]:
    """Return what agencies were asked and had not done, by deadline, then id; one statement."""
    return _asked(at, known_at, [one.value for one in OPEN], limit)


def of_incident(
    incident_id: IncidentId, at: datetime, known_at: datetime | None = None
) -> list[AssignmentRow]:
    """
    Return all that was asked in an incident and in what was merged into it, whatever its state.

    By deadline, then id; two statements.
    """
    return _asked(at, known_at, list(State), MOST, incidents=list(whole_of(incident_id)))


def assignment(assignment_id: AssignmentId, actor: Actor, at: datetime) -> AssignmentRow:
    """Return one for who may answer it; one statement. Raises AssignmentNotFound, Refused."""
    found = _asked(at, None, list(State), 1, assignment_id=assignment_id)
    if not found:
        raise AssignmentNotFound
    require(actor, LOOK, CaseFacts("assignment", unit_id=found[0].agency_id, absent=AssignmentNotFound), at)
    return found[0]


def steps_of(assignment_id: AssignmentId) -> Sequence[StepRow]:
    """Return its acts, the oldest first; one statement."""
    rows = AssignmentStep.objects.filter(assignment_id=assignment_id).order_by("at", "id")
    return [StepRow(State(row.state), row.at, row.note) for row in rows]


def _asked(
    at: datetime, known_at: datetime | None, states: Sequence[str], limit: int, *,
    incidents: Sequence[UUID] | None = None, assignment_id: UUID | None = None,
) -> list[AssignmentRow]:  # fmt: skip
    asked = {
        "at": acted_by(at, known_at), "states": list(states), "limit": limit,
        "incidents": incidents, "id": assignment_id,
    }  # fmt: skip
    return [_row(row) for row in ask(Statement(_AT, asked))[0]]


def _row(row: Sequence[Any]) -> AssignmentRow:
    key, incident, code, unit, agency, vi, en, words, due, given, state, changed, note = row
    return AssignmentRow(
        AssignmentId(key), IncidentId(incident), code, UnitId(unit), UnitId(agency), vi, en, words, due,
        given, State(state), changed, note,
    )  # fmt: skip
