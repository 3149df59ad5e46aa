"""What is one's own: dossiers, what was sent, the inbox, and who read one's data."""

from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dothi.dossiers.actions.apply import confirm_draft, correct_draft
from dothi.dossiers.actions.apply import withdraw as withdraw_dossier
from dothi.dossiers.queries import Open, Row, open_dossier, own
from dothi.dossiers.types import Act, Call
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.ledger.queries import Recorded, reads_of
from dothi.foundation.notices.actions import mark_read
from dothi.foundation.notices.queries import inbox as notices_of
from dothi.foundation.notices.queries import notice as notice_of
from dothi.foundation.papers.queries import papers_about
from dothi.kernel.ids import DossierId
from dothi.kernel.problems import NotFound, msg
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId
from dothi.web.casework import answering, clocks, course
from dothi.web.components.rows import Moment

MOST_LETTERS = 2000
PAGE = 20
OWN = Purpose("own-dossier", "Law 91/2025/QH15", msg("The owner looks at an own dossier"))


@open_to(Kind.RESIDENT)
def dossiers(request: HttpRequest) -> HttpResponse:
    """List one's dossiers and drafts."""
    person = actor_of(request).person_id
    rows = [_line(row) for row in own(person)] if person else []
    return render(request, "portal/dossiers.html", {"rows": rows})


@open_to(Kind.RESIDENT)
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show where a dossier stands, why its date is what it is, what was sent, and what can be done."""
    return render(request, "portal/dossier.html", _shown(request, dossier_id))


@open_to(Kind.RESIDENT)
def sent(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Confirm that the dossier was filed; the page can be kept and comes back the same."""
    return render(request, "portal/sent.html", _shown(request, dossier_id))


@open_to(Kind.RESIDENT)
@require_POST
def withdraw(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Withdraw a dossier before it is decided."""
    call = Call(DossierId(dossier_id), actor_of(request), now(), key=uuid5(dossier_id, Act.WITHDRAW))
    withdraw_dossier(call)
    return redirect("portal:dossier", dossier_id)


@open_to(Kind.RESIDENT)
@require_POST
def answer_draft(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Confirm the draft of the result, or say what is wrong in it."""
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "").strip()[:MOST_LETTERS]
    key = uuid5(dossier_id, f"{answer}:{request.POST.get('key', '')}")
    call = Call(DossierId(dossier_id), actor_of(request), now(), key=key, note=note)
    confirm_draft(call) if answer == "confirm" else correct_draft(call)
    return redirect("portal:dossier", dossier_id)


@open_to(Kind.RESIDENT)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the inbox, newest first."""
    person = actor_of(request).person_id
    before = _id(request.GET.get("before", ""))
    rows = notices_of(person, before=before) if person else []
    said = [(row, gettext(row.title) % row.facts, gettext(row.text) % row.facts) for row in rows if row.title]
    return render(
        request, "portal/inbox.html", {"rows": said, "last": rows[-1].id if len(rows) > 19 else None}
    )


@open_to(Kind.RESIDENT)
@require_POST
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    person = actor_of(request).person_id
    found = notice_of(person, notice_id) if person else None
    if found is None or person is None:
        raise NotFound
    mark_read(person_id=person, notice_id=notice_id, at=now())
    return redirect(found.link or "portal:inbox")


@open_to(Kind.RESIDENT)
def reads(request: HttpRequest) -> HttpResponse:
    """Show who read one's data, by which post and why, as the ledger has it."""
    person = actor_of(request).person_id
    rows = [_read(one) for one in reads_of(person)] if person else []
    return render(request, "portal/reads.html", {"rows": rows})


def _shown(request: HttpRequest, dossier_id: UUID) -> dict[str, object]:
    at = now()
    held = open_dossier(dossier_id=dossier_id, actor=actor_of(request), purpose=OWN, at=at)
    unit = course.unit_name(held.row.unit_id, at)
    return {
        "held": held,
        "title": course.said(held.procedure.title),
        "state": course.state_title(held.procedure, held.row.state),
        "meaning": course.state_public(held.procedure, held.row.state),
        "unit": unit,
        "chip": clocks.chip(held.reading),
        "steps": clocks.explanation(held.reading),
        "moments": _moments(held, unit),
        "groups": answering.facts_by_page(
            held.procedure, held.answers, held.provenance, civil_date(at), lambda _page: ""
        ),
        "faults": _open_faults(held),
        "papers": papers_about(held.urn),
        "draft": answering.claims_in_words(held.procedure, held.proposal, civil_date(at)),
        "final": held.procedure.state(held.row.state).final,
        "can_withdraw": any(row.act == Act.WITHDRAW for row in held.possible),
        "reused": sum(1 for source in held.provenance.values() if source),
    }


def _moments(held: Open, unit: str) -> list[Moment]:
    return course.moments(held.procedure, held.timeline, unit, held.reading.due_on)


def _open_faults(held: Open) -> list[tuple[str, str]]:
    """Return what must be corrected: the reason with its clause, and the official's own words."""
    reasons = {one.id: one for one in (*held.procedure.corrections, *held.procedure.refusals)}
    shown = [one for one in held.corrections if one.answered_at is None or held.row.state == "refused"]
    return [
        (f"{course.said(reasons[fault.reason].title)} ({reasons[fault.reason].basis.clause})", fault.note)
        for one in shown
        for fault in one.faults
    ]


def _line(row: Row) -> tuple[Row, str, str]:
    procedure = version(VersionId(row.version_id))
    return row, course.said(procedure.title), course.state_title(procedure, row.state)


def _read(one: Recorded) -> dict[str, object]:
    return {"id": one.id, "said": one.said}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
