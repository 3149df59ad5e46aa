"""One's own dossiers: where each stands and why, what was sent, and what can be done."""

from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.dossiers.actions.apply import confirm_draft, correct_draft
from dothi.dossiers.actions.apply import withdraw as withdraw_dossier
from dothi.dossiers.queries import Open, Row, open_dossier, own
from dothi.dossiers.types import Act, Call
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.papers.queries import papers_about
from dothi.foundation.papers.types import Status
from dothi.kernel.ids import DossierId
from dothi.procedures.queries import version
from dothi.procedures.types import Procedure, VersionId
from dothi.web.casework import answering, clocks, course
from dothi.web.casework.purposes import OWN_DOSSIER
from dothi.web.components.rows import ClockChip, Tone
from dothi.web.portal.corrections import Correction, corrections

MOST_LETTERS = 2000


@open_to(Kind.RESIDENT)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """List one's dossiers and drafts."""
    person, at = actor_of(request).person_id, now()
    rows = [_line(row, at) for row in own(person)] if person else []
    return render(request, "portal/dossiers.html", {"rows": rows})


@open_to(Kind.RESIDENT)
@require_safe
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show where a dossier stands, why its date is what it is, what was sent, and what can be done."""
    return render(request, "portal/dossier.html", _shown(request, dossier_id, ""))


@open_to(Kind.RESIDENT)
@require_safe
def sent(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Confirm that the dossier was filed; the page can be kept and comes back the same."""
    facts = _shown(request, dossier_id, "")
    if not facts["code"]:
        return redirect("portal:check", dossier_id)
    return render(request, "portal/sent.html", facts)


@open_to(Kind.RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Ask once more, then withdraw a dossier before it is decided."""
    if request.method != "POST":
        facts = _shown(request, dossier_id, "")
        ready = facts["can_withdraw"]
        return render(request, "portal/withdraw.html", facts) if ready else redirect(_page(dossier_id))
    call = Call(DossierId(dossier_id), actor_of(request), now(), key=uuid5(dossier_id, Act.WITHDRAW))
    withdraw_dossier(call)
    return redirect(_page(dossier_id))


@open_to(Kind.RESIDENT)
@require_POST
def answer_draft(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Confirm the draft of the result, or say what is wrong in it."""
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "").strip()[:MOST_LETTERS]
    if answer != "confirm" and not note:
        error = gettext("Say what is wrong, so that it can be corrected")
        return render(request, "portal/dossier.html", _shown(request, dossier_id, error), status=422)
    key = uuid5(dossier_id, f"{answer}:{request.POST.get('key', '')}")
    call = Call(DossierId(dossier_id), actor_of(request), now(), key=key, note=note)
    confirm_draft(call) if answer == "confirm" else correct_draft(call)
    return redirect(_page(dossier_id))


def _page(dossier_id: UUID) -> str:
    return reverse("portal:dossier", args=[dossier_id])


def _shown(request: HttpRequest, dossier_id: UUID, error: str) -> dict[str, object]:
    at, actor = now(), actor_of(request)
    held = open_dossier(dossier_id=dossier_id, actor=actor, purpose=OWN_DOSSIER, at=at)
    papers = papers_about(held.urn)
    return {
        "held": held,
        "code": held.row.code,
        "title": course.said(held.procedure.title),
        "state": course.state_title(held.procedure, held.row.state),
        "meaning": course.state_public(held.procedure, held.row.state),
        "unit": course.unit_name(held.row.unit_id, at),
        "chip": clocks.chip(held.reading),
        "steps": clocks.explanation(held.reading),
        "groups": answering.gathered(
            answering.facts_by_page(
                held.procedure, held.answers, held.provenance, civil_date(at), lambda _page: ""
            )
        ),
        "papers": papers,
        "waiting": any(one.status is Status.WAITING for one in papers),
        "final": held.procedure.state(held.row.state).final,
        "error": error,
        **_asked(held, at),
    }


def _asked(held: Open, at: datetime) -> dict[str, object]:
    """Return what the dossier asks of its owner now."""
    can = {row.act for row in held.possible}
    return {
        "moments": course.moments(
            held.procedure,
            held.timeline,
            course.unit_name(held.row.unit_id, at),
            clocks.promised(held.reading),
        ),
        "corrections": _corrections(held),
        "draft": answering.claims_by_page(held.procedure, held.proposal, civil_date(at)),
        "can_answer": Act.CONFIRM_DRAFT in can,
        "can_correct": Act.SUPPLEMENT in can,
        "can_withdraw": Act.WITHDRAW in can,
        "reused": sum(1 for source in held.provenance.values() if source),
        "public": settings.PUBLIC_URL + reverse("portal:tracked", args=[held.row.code or "-"]),
    }


def _corrections(held: Open) -> list[Correction]:
    refused = held.row.state == "refused"
    asked = [one for one in held.corrections if one.answered_at is None or refused]
    return corrections(held.row.id, held.procedure, asked[-1:], editable=not refused)


def _line(row: Row, at: datetime) -> tuple[Row, str, str, ClockChip | None, Tone]:
    procedure = version(VersionId(row.version_id))
    final = procedure.state(row.state).final
    chip = None if final else _chip(row.due_at, at)
    return (
        row,
        course.said(procedure.title),
        course.state_title(procedure, row.state),
        chip,
        _tone(procedure, row),
    )


def _tone(procedure: Procedure, row: Row) -> Tone:
    """Let what waits for the applicant stand out."""
    acts = {one.act for one in procedure.transitions if row.state in one.origins}
    return "soon" if acts & {Act.SUPPLEMENT, Act.CONFIRM_DRAFT} else "neutral"


def _chip(due_at: datetime | None, at: datetime) -> ClockChip | None:
    """Return the promise of a line of the list; the dossier's own page explains it."""
    if due_at is None:
        return None
    late = due_at < at
    return ClockChip(
        "late" if late else "good", gettext("Late") if late else gettext("In time"), civil_date(due_at)
    )
