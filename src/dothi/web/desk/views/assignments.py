"""What an operations center asks of one's agency: seen from the work list, accepted, reported done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents.assignments import actions
from dothi.incidents.assignments.queries import assignment as one
from dothi.incidents.assignments.queries import steps_of
from dothi.incidents.assignments.types import AssignmentId, AssignmentRow, State
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.web.casework.assignments import agency, standing
from dothi.web.casework.words import words
from dothi.web.components.rows import Field, Moment
from dothi.web.desk.navigation import navigation
from dothi.web.desk.views.acting import key_of

MOST_LETTERS = 2000
STATES = {
    State.GIVEN: msg("Waits to be accepted"),
    State.ACCEPTED: msg("Accepted"),
    State.DONE: msg("Reported done"),
    State.WITHDRAWN: msg("No longer asked"),
}
LINES = {
    State.GIVEN: msg("Asked by the operations center"),
    State.ACCEPTED: msg("Accepted"),
    State.DONE: msg("Reported done"),
    State.WITHDRAWN: msg("No longer asked"),
}
OVERDUE = msg("Overdue")
NEXT = {State.GIVEN: "accept", State.ACCEPTED: "report"}
DONE = {
    "accept": msg("The center sees that you have accepted"),
    "report": msg("The center sees that it is done"),
}


@open_to(Kind.OFFICIAL)
@require_safe
def assignment(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show what is asked of one's agency."""
    return show(request, assignment_id, "", 200)


def show(request: HttpRequest, assignment_id: UUID, error: str, status: int) -> HttpResponse:
    """Render it; `error` says why an act was not done, and what was written stays there."""
    at, key = now(), AssignmentId(assignment_id)
    row = one(key, actor_of(request), at)
    note = Field("textarea", "note", gettext("What was done"), value=request.POST.get("note", ""), rows=4,
                 max_length=MOST_LETTERS, id="report-note", error=error)  # fmt: skip
    facts = {
        "row": row, "standing": standing(row, at, STATES, OVERDUE), "next": NEXT.get(row.state, ""),
        "note": note,
        "moments": _moments(row), "key": new_id(), "error": error, "navigation": navigation(request),
        "agency": agency(row),
    }  # fmt: skip
    return render(request, "desk/assignment.html", facts, status=status)


def _moments(row: AssignmentRow) -> list[Moment]:
    return [
        Moment(gettext(LINES[step.state]), at=step.at, text=step.note, state="past")
        for step in steps_of(row.id)
    ]


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, assignment_id: UUID, act: str) -> HttpResponse:
    """Accept it, or report it done; what the domain refuses is said, and nothing is lost."""
    key, actor, at = AssignmentId(assignment_id), actor_of(request), now()
    if act not in DONE:
        raise NotFound
    one(key, actor, at)
    try:
        sent = key_of(request)
        if act == "accept":
            actions.accept(assignment_id=key, actor=actor, at=at, key=sent)
        else:
            said = request.POST.get("note", "")[: MOST_LETTERS + 1]
            actions.report(assignment_id=key, note=said, actor=actor, at=at, key=sent)
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, assignment_id, words(problem), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("desk:assignment", assignment_id)
