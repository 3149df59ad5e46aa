"""Public warnings: one post drafts, another approves; nobody outside is told before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import CaseFacts, Kind, Refused, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents import cap, rules
from dothi.incidents import queries as incidents
from dothi.incidents.actions import warnings as acts
from dothi.incidents.hazards import hazards
from dothi.incidents.queries import warnings as queries
from dothi.incidents.types import IncidentId, IncidentRow, WarningId
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK
from dothi.registers.agencies.queries import area_names, unit_names
from dothi.web.casework.words import words
from dothi.web.center import incidents as of_incidents
from dothi.web.center import warnings as rows
from dothi.web.center.acts import ActForm, Typed, key_of, said
from dothi.web.center.alerts import title
from dothi.web.center.frame import frame
from dothi.web.center.moments import moment_of
from dothi.web.center.opening import alert_named
from dothi.web.center.prefilled import of_alert, of_earlier, of_incident
from dothi.web.center.wards import TAKE
from dothi.web.center.wording import name
from dothi.web.components.rows import Field

PAGE = 50
Doing = Callable[[HttpRequest, WarningId, UUID], WarningId]
"""Does one act, and returns the message that is to be looked at then."""


@open_to(Kind.OFFICIAL)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List what waited, what was in force and, page by page, what was over at a moment."""
    at, actor = now(), actor_of(request)
    require(actor, LOOK, None, at)
    moment, before = moment_of(request, at), of_incidents.id_of(request.GET.get("before", ""))
    asked = queries.Reader(actor, at), moment.at, moment.known_at
    over = queries.ended(*asked, before=before, limit=PAGE + 1)
    first = ([], []) if before else (queries.waiting(*asked), queries.warnings_at(moment.at, moment.known_at))
    found = (*first, over[:PAGE])
    names = unit_names({one.unit_id for part in found for one in part}, civil_date(moment.at))
    parts = [
        rows.Part(title, rows.listed(part, names, moment), none)
        for (title, none), part in zip(rows.parts(), found, strict=True)
    ]
    facts = {
        "columns": rows.columns(), "parts": parts[2:] if before else parts, "first": before is None,
        "older": moment.address(request.path, before=over[PAGE - 1].id) if len(over) > PAGE else "",
        "latest": moment.address(request.path),
        "drafts": moment.live and decide(actor, rules.DRAFT_WARNING, None, at).allowed,
        **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/warnings.html", facts)


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a warning, about an incident or from an alert where the address names one."""
    at, actor = now(), actor_of(request)
    require(actor, rules.DRAFT_WARNING, None, at)
    incident, alert = _incident(request, at), alert_named(request.GET.get("alert", ""), at)
    known = of_alert(alert) if alert and not incident else of_incident(incident, at)

    def drafted(key: UUID) -> WarningId:
        return acts.draft(new=rows.new_warning(request.POST, incident, at), actor=actor, at=at, key=key)

    facts = {"incident": incident, "alert": alert, "told": title(alert) if alert else ""}
    return _drafting(request, drafted, rows.first_fields(known, request.POST, at), facts, at)


@open_to(Kind.OFFICIAL)
@require_http_methods(["GET", "POST"])
def update(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Draft the message that is to stand for an issued one."""
    at, actor = now(), actor_of(request)
    require(actor, rules.DRAFT_WARNING, None, at)
    earlier = queries.warning(warning_id, queries.Reader(actor, at), at)
    require(actor, rules.DRAFT_WARNING, CaseFacts("warning", unit_id=earlier.unit_id), at)

    def drafted(key: UUID) -> WarningId:
        told = rows.following(earlier, request.POST, at)
        return acts.draft_update(new=told, replaces=earlier.id, actor=actor, at=at, key=key)

    asked = rows.fields(of_earlier(earlier), request.POST, at)
    facts = {
        "earlier": earlier,
        "headline": rows.headline(earlier),
        "status": gettext(rows.STATUSES[earlier.status]),
    }
    return _drafting(request, drafted, asked, facts, at)


def _drafting(
    request: HttpRequest, drafted: Callable[[UUID], WarningId], asked: Sequence[Field],
    facts: Mapping[str, object], at: datetime,
) -> HttpResponse:  # fmt: skip
    """
    Show a form, or do what was sent with it; what the domain refuses is said, and nothing is lost.

    A button that only takes a whole group of wards shows the form again.
    """
    error, status = "", 200
    if request.method == "POST" and TAKE not in request.POST:
        try:
            done = drafted(key_of(request))
            messages.success(request, gettext("The warning waits for another post to approve it"))
            return redirect("center:warning", done)
        except (Refused, NotFound):
            raise
        except Problem as problem:
            error, status = words(problem), problem.status
    form = ActForm(
        rows.ACT, gettext("Draft the warning"), request.get_full_path(), new_id(), asked, error=error
    )
    shown = {"form": form, **facts, **frame(request, at)}
    return render(request, "center/new_warning.html", shown, status=status)


def _incident(request: HttpRequest, at: datetime) -> IncidentRow | None:
    named = of_incidents.id_of(request.GET.get("incident", ""))
    return incidents.incident(IncidentId(named), at) if named else None


@open_to(Kind.OFFICIAL)
@require_safe
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Show one message as it stood at the moment asked for."""
    require(actor_of(request), LOOK, None, now())
    return show(request, warning_id, None, 200)


def show(request: HttpRequest, warning_id: UUID, typed: Typed | None, status: int) -> HttpResponse:
    """Render a message; `typed` is an act that was not done, with what was sent."""
    at, actor = now(), actor_of(request)
    moment = moment_of(request, at)
    asked = queries.Reader(actor, at), moment.at, moment.known_at
    row = queries.warning(warning_id, *asked)
    earlier = queries.warning(row.replaces, *asked) if row.replaces else None
    facts = {
        "row": row, "headline": rows.headline(row), "standing": rows.standing(row, moment.at),
        "status": gettext(rows.STATUSES[row.status]), "hazard": name(hazards()[row.hazard].event),
        "type": gettext(rows.MSG_TYPES[row.msg_type]),
        "updates": moment.live and rows.may_update(row, actor, at),
        "others": rows.others(earlier, queries.following(row.id, *asked)),
        "severity": gettext(rows.CAP[row.severity]),
        "wards": [named for _, named in area_names(civil_date(moment.at), row.wards)],
        "told": sum(one.people for one in queries.deliveries(warning_id, moment.at)),
        "forms": rows.forms(row, actor, at, typed) if moment.live else [],
        "undone": typed.error if typed else "",
        **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/warning.html", facts, status=status)


@open_to(Kind.OFFICIAL)
@require_safe
def document(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Give the message in CAP 1.2 as it was issued, of an exercise too, to the staff of its unit."""
    told = queries.message(warning_id, queries.Reader(actor_of(request), now()))
    return HttpResponse(told, content_type=cap.MEDIA_TYPE)


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, warning_id: UUID, act: str) -> HttpResponse:
    """Do one act; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        shown = doing(request, WarningId(warning_id), key_of(request))
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, warning_id, Typed(act, words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("center:warning", shown)


def _approve(request: HttpRequest, warning_id: WarningId, key: UUID) -> WarningId:
    acts.approve(warning_id=warning_id, actor=actor_of(request), at=now(), key=key)
    return warning_id


def _refuse(request: HttpRequest, warning_id: WarningId, key: UUID) -> WarningId:
    note = said(request, "note")
    acts.refuse(warning_id=warning_id, note=note, actor=actor_of(request), at=now(), key=key)
    return warning_id


def _discard(request: HttpRequest, warning_id: WarningId, key: UUID) -> WarningId:
    acts.discard(warning_id=warning_id, actor=actor_of(request), at=now(), key=key)
    return warning_id


def _cancel(request: HttpRequest, warning_id: WarningId, key: UUID) -> WarningId:
    told = rows.words_of(request.POST)
    return acts.draft_cancel(replaces=warning_id, words=told, actor=actor_of(request), at=now(), key=key)


DOING: Mapping[str, Doing] = {"approve": _approve, "refuse": _refuse, "discard": _discard, "cancel": _cancel}
DONE: Mapping[str, str] = {
    "approve": msg("The warning is issued"),
    "refuse": msg("The draft is refused"),
    "discard": msg("The draft is taken back"),
    "cancel": msg("The cancellation waits for another post to approve it"),
}
