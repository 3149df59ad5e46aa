"""One incident: how it stood at any moment, opening one, and each of its acts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, Kind, Refused, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents import kinds, queries, rules
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions import roads, units
from dothi.incidents.actions import runbooks as steps
from dothi.incidents.assignments import actions as assigning
from dothi.incidents.assignments import queries as assignments
from dothi.incidents.assignments.types import AssignmentId
from dothi.incidents.errors import IncidentNotFound, PlaceUnfit
from dothi.incidents.queries.runs import runs_at, runs_of, sensors_near
from dothi.incidents.runbooks import runbooks
from dothi.incidents.types import Call, IncidentId, IncidentRow, Origin, Outcome, ResponseUnitId, State
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK, level_of
from dothi.web.casework.words import words
from dothi.web.center import assignments as asked
from dothi.web.center import incidents as rows
from dothi.web.center import joining, opening
from dothi.web.center import runbooks as books
from dothi.web.center import units as of_units
from dothi.web.center.acts import ActForm, Typed, key_of, said, seen_of
from dothi.web.center.frame import frame
from dothi.web.center.moments import Moment, moment_of

Doing = Callable[[HttpRequest, Call], Outcome]


@open_to(Kind.OFFICIAL)
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Go to the incident with the code that people say on the radio, or list what was open at a moment."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    moment = moment_of(request, at)
    code = request.GET.get("code", "")
    try:
        if code:
            return redirect(moment.address(reverse("center:incident", args=[queries.coded(code)])))
        error = ""
    except IncidentNotFound as problem:
        error = words(problem)
    facts = {
        "code": code[:20],
        "error": error,
        "rows": rows.listed(queries.incidents_at(moment.at, moment.known_at), moment),
        **frame(request, at, moment),
    }
    return render(request, "center/incidents.html", facts, status=404 if error else 200)


@open_to(Kind.OFFICIAL)
@require_safe
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Show one incident as it stood at the moment asked for; in the present with what can be done."""
    require(actor_of(request), LOOK, None, now())
    return show(request, incident_id, None, 200)


def show(request: HttpRequest, incident_id: UUID, typed: Typed | None, status: int) -> HttpResponse:
    """Render an incident; `typed` is an act that was not done, with what was sent."""
    at, actor, key = now(), actor_of(request), IncidentId(incident_id)
    moment = moment_of(request, at)
    row = queries.incident(key, moment.at, moment.known_at)
    acts_on = moment.live and row.state is not State.CLOSED
    whole = queries.whole_of(key, moment.at, moment.known_at)
    facts = {
        "row": row, "type": rows.type_of(row), "severity": rows.severity_of(row.severity),
        "level": level_of(row), "state": gettext(rows.STATES[row.state]),
        "moments": rows.moments(queries.timeline(key, moment.at, moment.known_at)),
        "merged": [code for one, code in whole.items() if one != key],
        "into": queries.incident(row.merged_into, moment.at) if row.merged_into else None,
        "forms": rows.forms(row, actor, at, typed, joining.around(row, at)) if acts_on else [],
        "warns": acts_on and rows.may(actor, rules.DRAFT_WARNING, row, at),
        "undone": typed.error if typed else "",
        "assigned": asked.listed(
            assignments.of_incident(key, moment.at, moment.known_at), row, actor, moment, typed
        ),
        **_units(row, actor, moment, at), **_runbooks(row, actor, moment, at),
        **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/incident.html", facts, status=status)


def _units(row: IncidentRow, actor: Actor, moment: Moment, at: datetime) -> dict[str, Any]:
    """Return the units that are out for an incident, and those that could be sent."""
    closed = row.state is State.CLOSED
    send = rules.acts_by("send-unit", rules.DISPATCH)
    may_send = moment.live and not closed and rows.may(actor, send, row, at)
    out = of_units.out(queries.units_at(moment.at, moment.known_at), row, moment.at, may_send=may_send)
    if closed:
        return {"out": out, "choices": [], "without": ""}
    nearest = queries.nearest_units(
        place=row.place, kinds=kinds.types()[row.type].units if row.type in kinds.types() else (),
        at=moment.at, known_at=moment.known_at, live=moment.live,
    )  # fmt: skip
    return {
        "out": out,
        "choices": of_units.choices(nearest, row, may_send=may_send),
        "without": of_units.without(nearest),
    }


def _runbooks(row: IncidentRow, actor: Actor, moment: Moment, at: datetime) -> dict[str, Any]:
    """Return the runbooks that were begun, as they stood, and now the forms that begin others."""
    begun = runs_of(row.id) if moment.live else runs_at(row.id, moment.at, moment.known_at)
    acts_on = moment.live and row.state is not State.CLOSED
    may_begin = acts_on and rows.may(actor, books.BEGIN, row, at)
    asked = frozenset().union(*(book.measures for book in runbooks().values()))
    return {
        "runs": books.runs(begun, row, may_take=acts_on and rows.may(actor, books.TAKE, row, at)),
        "beginnings": books.beginnings(
            begun, row, sensors_near(row.place, asked) if may_begin else [], may_begin=may_begin
        ),
    }


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an incident, from an alert where the address names one."""
    at, actor = now(), actor_of(request)
    require(actor, rules.OPEN, None, at)
    alert = opening.alert_named(request.GET.get("alert", ""), at)
    error = ""
    if request.method == "POST":
        try:
            opened = acts.open_incident(
                new=opening.new_incident(alert, request.POST), actor=actor, at=at, key=key_of(request)
            )
            messages.success(request, gettext("Incident %(code)s is open") % {"code": opened.code})
            return redirect("center:incident", opened.incident_id)
        except (Refused, NotFound):
            raise
        except Problem as problem:
            error = words(problem)
    form = ActForm(
        opening.ACT, gettext("Open the incident"), request.get_full_path(), new_id(),
        opening.fields(alert, request.POST, at), error=error,
    )  # fmt: skip
    facts = {"form": form, "alert": alert, **frame(request, at)}
    return render(request, "center/new_incident.html", facts, status=422 if error else 200)


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, incident_id: UUID, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        key = key_of(request)
        outcome = doing(request, _call(request, incident_id, key))
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, incident_id, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]) % {"code": outcome.code})
    return redirect("center:incident", queries.standing_of(outcome.incident_id))


def _call(request: HttpRequest, incident_id: UUID, key: UUID) -> Call:
    return Call(
        IncidentId(incident_id), actor_of(request), now(), key, note=said(request, "note"),
        seen=seen_of(request),
    )  # fmt: skip


def _id(text: str) -> UUID:
    """Return the id that an address or a form names. Raises NotFound."""
    found = rows.id_of(text)
    if found is None:
        raise NotFound
    return found


def _unit(request: HttpRequest) -> ResponseUnitId:
    return ResponseUnitId(_id(request.GET.get("unit", "")))


def _join_word(request: HttpRequest, call: Call) -> Outcome:
    told = said(request, "origin")
    origin = Origin(told) if told in set(joining.ORIGINS) else Origin.CALL
    return acts.join_word(call, origin=origin, reference=said(request, "reference"))


def _take_step(request: HttpRequest, call: Call) -> Outcome:
    run_id = _id(request.GET.get("run", ""))
    return steps.take_step(call, run_id=run_id, step_id=request.GET.get("step", "")[:40])


def _close_roads(request: HttpRequest, call: Call) -> Outcome:
    told = said(request, "radius")
    if told not in map(str, joining.RADII):
        raise PlaceUnfit
    return roads.close_roads(call, radius_m=float(told))


def _withdraw(request: HttpRequest, call: Call) -> Outcome:
    key = AssignmentId(_id(request.GET.get("assignment", "")))
    assigning.withdraw(assignment_id=key, note=call.note, actor=call.actor, at=call.at, key=call.key)
    row = queries.incident(call.incident_id, call.at)
    return Outcome(row.id, row.code, row.state, row.revision, call.key)


DOING: Mapping[str, Doing] = {
    "assign": lambda request, call: assigning.give(call, new=asked.new_assignment(request.POST, call.at)),
    "withdraw": _withdraw,
    "note": lambda _request, call: acts.note(call),
    "assess": lambda request, call: acts.assess(call, severity=said(request, "severity")),
    "stabilize": lambda _request, call: acts.stabilize(call),
    "close": lambda request, call: acts.close(call, cause=said(request, "cause")),
    "join-alert": lambda request, call: acts.join_alert(call, alert_id=_id(said(request, "alert"))),
    "join-word": _join_word,
    "merge": lambda request, call: acts.merge(call, into=IncidentId(_id(said(request, "into")))),
    "begin-runbook": lambda request, call: steps.begin(
        call, code=request.GET.get("code", "")[:40], device=said(request, "device")[:64]
    ),
    "take-step": _take_step,
    "close-roads": _close_roads,
    "send": lambda request, call: units.send_unit(call, response_unit_id=_unit(request)),
    "arrive": lambda request, call: units.arrive(call, response_unit_id=_unit(request)),
    "clear": lambda request, call: units.clear_unit(call, response_unit_id=_unit(request)),
}
DONE: Mapping[str, str] = {
    "assign": msg("The agency is asked, in %(code)s"),
    "withdraw": msg("The agency is no longer asked, in %(code)s"),
    "note": msg("The note stands in the timeline of %(code)s"),
    "assess": msg("The severity of %(code)s is assessed anew"),
    "stabilize": msg("%(code)s grows no worse"),
    "close": msg("%(code)s is closed"),
    "join-alert": msg("The alert belongs to %(code)s"),
    "join-word": msg("What was told stands in the timeline of %(code)s"),
    "merge": msg("%(code)s goes on as part of this incident; both codes lead here"),
    "begin-runbook": msg("The runbook for %(code)s has begun"),
    "take-step": msg("The step is kept in the timeline of %(code)s"),
    "close-roads": msg("No unit is led through the roads around %(code)s"),
    "send": msg("The unit is on its way to %(code)s"),
    "arrive": msg("The unit is at %(code)s"),
    "clear": msg("The unit is free of %(code)s"),
}
