"""One dossier: what was written, its documents, its clock, and the acts that are possible now."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dothi.dossiers import queries
from dothi.dossiers.queries import Open
from dothi.foundation.clock import civil_date, now
from dothi.foundation.files.drawing import drawn
from dothi.foundation.files.queries import describe, read
from dothi.foundation.files.types import FileId
from dothi.foundation.identity.authority import Actor, Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.papers.queries import content, papers_about
from dothi.foundation.papers.types import PaperId
from dothi.kernel.ids import PersonId, new_id
from dothi.kernel.problems import NotFound
from dothi.procedures.queries import current
from dothi.procedures.types import Answers
from dothi.vault import queries as vault
from dothi.vault.types import Result, ResultId
from dothi.web.casework import answering, clocks, course
from dothi.web.casework.handing import PDF, SHOWN, handed
from dothi.web.casework.purposes import WORK
from dothi.web.desk import documents
from dothi.web.desk.forms import OFFERED, ActForm, Typed, form_for, one_primary
from dothi.web.desk.navigation import navigation

LOOKED_AT = SHOWN | {PDF}
"""What an official looks at in the browser."""


@open_to(Kind.OFFICIAL)
@require_safe
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Open a dossier: the read is in the ledger, and its owner sees it."""
    return show(request, dossier_id, None, 200)


def show(request: HttpRequest, dossier_id: UUID, typed: Typed | None, status: int) -> HttpResponse:
    """Render a dossier; `typed` is an act that was not done, with what was sent."""
    at = now()
    held = _open(request, dossier_id, at)
    forms = [
        form_for(held, row, new_id(), typed, civil_date(at)) for row in held.possible if row.act in OFFERED
    ]
    facts = {
        **_standing(held, at),
        **_written(held, at),
        "forms": one_primary(forms),
        "undone": typed.error if typed else "",
        "left_over": _left_over(forms, typed),
        "proven": request.GET.get("proven") == "1",
        "papers": [documents.paper_row(held, paper) for paper in papers_about(held.urn)],
        "navigation": navigation(request),
    }
    return render(request, "desk/dossier.html", facts, status=status)


@open_to(Kind.OFFICIAL)
@require_safe
def preview(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Show one document beside the answers that it must bear out."""
    at = now()
    held = _open(request, dossier_id, at)
    found = documents.file_of(held, file_id)
    stored = describe(FileId(file_id))
    place = [dossier_id, file_id]
    facts = {
        **_standing(held, at),
        **_written(held, at),
        "document": found,
        "is_pdf": stored.media_type == PDF,
        "is_copy": stored.media_type not in LOOKED_AT,
        "url": reverse("desk:file", args=place),
        "picture": reverse("desk:file" if stored.media_type in SHOWN else "desk:picture", args=place),
        "navigation": navigation(request),
    }
    return render(request, "desk/preview.html", facts)


@open_to(Kind.OFFICIAL)
@require_safe
def file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """Send one file of a dossier that one may read; the read is recorded."""
    held = _open(request, dossier_id, now())
    documents.file_of(held, file_id)
    stored = describe(FileId(file_id))
    return handed(read(FileId(file_id)), stored.media_type, f"{file_id}", inline=LOOKED_AT)


@open_to(Kind.OFFICIAL)
@require_safe
def picture(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """Send a photo that browsers do not draw as one that they do; the read is recorded."""
    held = _open(request, dossier_id, now())
    documents.file_of(held, file_id)
    if describe(FileId(file_id)).media_type in LOOKED_AT:
        raise NotFound
    return handed([drawn(FileId(file_id))], "image/jpeg", f"{file_id}")


@open_to(Kind.OFFICIAL)
@require_safe
def result(request: HttpRequest, dossier_id: UUID, result_id: UUID) -> HttpResponse:
    """Show a result that the dossier took from its owner's vault; opening it is a read of its own."""
    at = now()
    held = _open(request, dossier_id, at)
    found = _result(held, actor_of(request), result_id, at)
    procedure = current(found.procedure_code, found.issued_on)
    facts = {
        "held": held,
        "result": found,
        "title": course.said(procedure.result.title),
        "unit": course.unit_name(found.unit_id, at),
        "facts": answering.claims_in_words(procedure, cast("Answers", found.facts), civil_date(at)),
        "navigation": navigation(request),
    }
    return render(request, "desk/result.html", facts)


@open_to(Kind.OFFICIAL)
@require_safe
def result_paper(request: HttpRequest, dossier_id: UUID, result_id: UUID) -> StreamingHttpResponse:
    """Send the signed paper of a result that the dossier took from the vault."""
    at = now()
    held = _open(request, dossier_id, at)
    found = _result(held, actor_of(request), result_id, at)
    if found.paper_id is None:
        raise NotFound
    return _paper(request, held, PaperId(found.paper_id), at)


@open_to(Kind.OFFICIAL)
@require_safe
def paper(request: HttpRequest, dossier_id: UUID, paper_id: UUID) -> StreamingHttpResponse:
    """Send one of the papers of a dossier: receipt, slip or result."""
    at = now()
    held = _open(request, dossier_id, at)
    if paper_id not in {one.id for one in papers_about(held.urn)}:
        raise NotFound
    return _paper(request, held, PaperId(paper_id), at)


def _open(request: HttpRequest, dossier_id: UUID, at: datetime) -> Open:
    return queries.open_dossier(dossier_id=dossier_id, actor=actor_of(request), purpose=WORK, at=at)


def _standing(held: Open, at: datetime) -> dict[str, object]:
    """Return where the dossier stands and why."""
    unit = course.unit_name(held.row.unit_id, at)
    return {
        "held": held,
        "title": course.said(held.procedure.title),
        "state": course.state_title(held.procedure, held.row.state),
        "chip": clocks.chip(held.reading),
        "steps": clocks.explanation(held.reading),
        "moments": course.moments(held.procedure, held.timeline, unit, held.reading.due_on, notes=True),
        "unit": unit,
    }


def _written(held: Open, at: datetime) -> dict[str, object]:
    """Return what the applicant has sent, and what was asked to be corrected."""
    on = civil_date(at)
    return {
        "groups": documents.answers(held, on),
        "draft": answering.claims_in_words(held.procedure, held.proposal, on),
        "documents": documents.rows(held, on),
        "corrections": documents.corrections(held, on),
    }


def _left_over(forms: Sequence[ActForm], typed: Typed | None) -> list[str]:
    """Return what was written for an act that is no longer possible, so that it can be copied."""
    if typed is None or typed.act in {form.act for form in forms}:
        return []
    written = ((name, str(text).strip()) for name, text in typed.sent.items())
    return [text for name, text in written if name.startswith("note") and text]


def _result(held: Open, actor: Actor, result_id: UUID, at: datetime) -> Result:
    if result_id not in {one.result_id for one in held.held}:
        raise NotFound
    return vault.result(
        result_id=ResultId(result_id), person=PersonId(held.owner_id), actor=actor.ref, authority="process",
        purpose=WORK, at=at,
    )  # fmt: skip


def _paper(request: HttpRequest, held: Open, paper_id: PaperId, at: datetime) -> StreamingHttpResponse:
    pieces = content(
        paper_id=paper_id, owner=held.owner_id, actor=actor_of(request).ref, authority="handle-dossier",
        purpose=WORK.slug, basis=WORK.basis, at=at,
    )  # fmt: skip
    return handed(pieces, PDF, f"{paper_id}", inline=LOOKED_AT)
