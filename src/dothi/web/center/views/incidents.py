"""Incidents: open one, look at one at any moment, and do what is to be done about it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.alerts.queries import one
from dothi.alerts.types import AlertId, AlertRow
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, Refused, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents import kinds, queries, rules
from dothi.incidents.actions import incidents as acts
from dothi.incidents.actions import units
from dothi.incidents.types import Call, IncidentId, Outcome, ResponseUnitId, State
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK, level_of
from dothi.web.casework.words import words
from dothi.web.center import incidents as rows
from dothi.web.center import opening
from dothi.web.center.acts import ActForm, Typed, key_of, said, seen_of
from dothi.web.center.frame import frame
from dothi.web.center.moments import moment_of

Doing = Callable[[HttpRequest, Call], Outcome]


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
    sends = moment.live and row.state is not State.CLOSED
    sends = sends and rows.may(actor, rules.acts_by("send-unit", rules.DISPATCH), row, at)
    fitting = kinds.types()[row.type].units if row.type in kinds.types() else ()
    nearest = queries.nearest_units(
        place=row.place, kinds=fitting, at=moment.at, known_at=moment.known_at
    )  # fmt: skip
    facts = {
        "row": row, "type": rows.type_of(row), "severity": rows.severity_of(row.severity),
        "level": level_of(row), "state": gettext(rows.STATES[row.state]), "moment": moment,
        "moments": rows.moments(queries.timeline(key, moment.at, moment.known_at)),
        "out": rows.out(queries.units_at(moment.at, moment.known_at), row, moment.at, may_send=sends),
        "choices": rows.choices(nearest, row, may_send=sends) if row.state is not State.CLOSED else [],
        "forms": rows.forms(row, actor, at, typed) if moment.live else [],
        "warns": moment.live and decide(actor, rules.DRAFT_WARNING, None, at).allowed,
        "undone": typed.error if typed else "", **frame(request, at),
    }  # fmt: skip
    return render(request, "center/incident.html", facts, status=status)


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an incident, from an alert where the address names one."""
    at, actor = now(), actor_of(request)
    require(actor, rules.OPEN, None, at)
    alert = _alert(request, at)
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


def _alert(request: HttpRequest, at: datetime) -> AlertRow | None:
    named = request.GET.get("alert", "")
    if not named:
        return None
    try:
        return one(AlertId(UUID(named)), at)
    except ValueError as error:
        raise NotFound from error


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
    return redirect("center:incident", incident_id)


def _call(request: HttpRequest, incident_id: UUID, key: UUID) -> Call:
    return Call(
        IncidentId(incident_id), actor_of(request), now(), key, note=said(request, "note"),
        seen=seen_of(request),
    )  # fmt: skip


def _unit(request: HttpRequest) -> ResponseUnitId:
    found = rows.unit_of_form(request.GET.get("unit", ""))
    if found is None:
        raise NotFound
    return ResponseUnitId(found)


DOING: Mapping[str, Doing] = {
    "note": lambda _request, call: acts.note(call),
    "assess": lambda request, call: acts.assess(call, severity=said(request, "severity")),
    "stabilize": lambda _request, call: acts.stabilize(call),
    "close": lambda request, call: acts.close(call, cause=said(request, "cause")),
    "send": lambda request, call: units.send_unit(call, response_unit_id=_unit(request)),
    "arrive": lambda request, call: units.arrive(call, response_unit_id=_unit(request)),
    "clear": lambda request, call: units.clear_unit(call, response_unit_id=_unit(request)),
}
DONE: Mapping[str, str] = {
    "note": msg("The note stands in the timeline of %(code)s"),
    "assess": msg("The severity of %(code)s is assessed anew"),
    "stabilize": msg("%(code)s grows no worse"),
    "close": msg("%(code)s is closed"),
    "send": msg("The unit is on its way to %(code)s"),
    "arrive": msg("The unit is at %(code)s"),
    "clear": msg("The unit is free of %(code)s"),
}
