"""Public warnings: one post drafts, another approves; nobody outside is told before."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind, Refused, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents import queries as incidents
from dothi.incidents import rules
from dothi.incidents.actions import warnings as acts
from dothi.incidents.hazards import hazards
from dothi.incidents.queries import warnings as queries
from dothi.incidents.types import IncidentId, IncidentRow, WarningId
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK
from dothi.registers.agencies.queries import area_names
from dothi.web.casework.words import words
from dothi.web.center import incidents as of_incident
from dothi.web.center import warnings as rows
from dothi.web.center.acts import ActForm, Typed, key_of, said
from dothi.web.center.frame import frame

Doing = Callable[[HttpRequest, WarningId, UUID], None]


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a warning, about an incident where the address names one."""
    at, actor, error = now(), actor_of(request), ""
    require(actor, rules.DRAFT_WARNING, None, at)
    incident = _incident(request, at)
    if request.method == "POST":
        try:
            drafted = acts.draft(
                new=rows.new_warning(request.POST, incident, at), actor=actor, at=at, key=key_of(request)
            )
            messages.success(request, gettext("The warning waits for another post to approve it"))
            return redirect("center:warning", drafted)
        except (Refused, NotFound):
            raise
        except Problem as problem:
            error = words(problem)
    fields = rows.fields(incident, request.POST, at)
    form = ActForm(
        rows.ACT, gettext("Draft the warning"), request.get_full_path(), new_id(), fields, error=error
    )
    facts = {"form": form, "incident": incident, **frame(request, at)}
    return render(request, "center/new_warning.html", facts, status=422 if error else 200)


def _incident(request: HttpRequest, at: datetime) -> IncidentRow | None:
    named = of_incident.unit_of_form(request.GET.get("incident", ""))
    return incidents.incident(IncidentId(named), at) if named else None


@open_to(Kind.OFFICIAL)
@require_safe
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Show one message to the staff of its unit."""
    require(actor_of(request), LOOK, None, now())
    return show(request, warning_id, None, 200)


def show(request: HttpRequest, warning_id: UUID, typed: Typed | None, status: int) -> HttpResponse:
    """Render a message; `typed` is an act that was not done, with what was sent."""
    at, actor = now(), actor_of(request)
    row = queries.warning(warning_id, actor, at)
    facts = {
        "row": row, "headline": rows.headline(row), "state": gettext(rows.STATES[row.state]),
        "status": gettext(rows.STATUSES[row.status]), "hazard": of_incident.name(hazards()[row.hazard].event),
        "severity": gettext(rows.CAP[row.severity]), "over": rows.ended(row, at),
        "wards": [named for _, named in area_names(civil_date(at), row.wards)],
        "told": sum(one.people for one in queries.deliveries(warning_id)),
        "forms": rows.forms(row, actor, at, typed), "undone": typed.error if typed else "",
        **frame(request, at),
    }  # fmt: skip
    return render(request, "center/warning.html", facts, status=status)


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, warning_id: UUID, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        doing(request, WarningId(warning_id), key_of(request))
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, warning_id, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("center:warning", warning_id)


def _approve(request: HttpRequest, warning_id: WarningId, key: UUID) -> None:
    acts.approve(warning_id=warning_id, actor=actor_of(request), at=now(), key=key)


def _refuse(request: HttpRequest, warning_id: WarningId, key: UUID) -> None:
    note = said(request, "note")
    acts.refuse(warning_id=warning_id, note=note, actor=actor_of(request), at=now(), key=key)


def _discard(request: HttpRequest, warning_id: WarningId, key: UUID) -> None:
    acts.discard(warning_id=warning_id, actor=actor_of(request), at=now(), key=key)


DOING: Mapping[str, Doing] = {"approve": _approve, "refuse": _refuse, "discard": _discard}
DONE: Mapping[str, str] = {
    "approve": msg("The warning is issued"),
    "refuse": msg("The draft is refused"),
    "discard": msg("The draft is taken back"),
}
