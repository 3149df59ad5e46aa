"""One dossier: what was written, its documents, its clock, and the acts that are possible now."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from dothi.dossiers import queries
from dothi.dossiers.queries import Open
from dothi.foundation.clock import civil_date, now
from dothi.foundation.files.queries import describe, read
from dothi.foundation.files.types import FileId
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.papers.queries import papers_about
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, msg
from dothi.procedures.engine import components
from dothi.procedures.types import Input
from dothi.web.casework import answering, clocks, course
from dothi.web.desk.forms import form_for
from dothi.web.desk.navigation import navigation

WORK = Purpose("handle-dossier", "Decree 61/2018/ND-CP", msg("An official works on the dossier"))


@open_to(Kind.OFFICIAL)
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Open a dossier: the read is in the ledger, and its owner sees it."""
    return show(request, dossier_id, {}, 200)


def show(request: HttpRequest, dossier_id: UUID, refused: dict[str, str], status: int) -> HttpResponse:
    """Render a dossier; `refused` says by act why an act was not done."""
    at = now()
    held = queries.open_dossier(dossier_id=dossier_id, actor=actor_of(request), purpose=WORK, at=at)
    unit = course.unit_name(held.row.unit_id, at)
    facts = {
        "held": held,
        "title": course.said(held.procedure.title),
        "state": course.state_title(held.procedure, held.row.state),
        "chip": clocks.chip(held.reading),
        "steps": clocks.explanation(held.reading),
        "moments": course.moments(held.procedure, held.timeline, unit, held.reading.due_on),
        "groups": answering.facts_by_page(
            held.procedure, held.answers, held.provenance, civil_date(at), lambda _page: ""
        ),
        "draft": answering.claims_in_words(held.procedure, held.proposal, civil_date(at)),
        "documents": _documents(held, civil_date(at)),
        "forms": [form_for(held, row, new_id(), refused.get(row.act, "")) for row in held.possible],
        "papers": papers_about(held.urn),
        "refused": next(iter(refused.values()), ""),
        "navigation": navigation(request),
    }
    return render(request, "desk/dossier.html", facts, status=status)


@open_to(Kind.OFFICIAL)
def file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> StreamingHttpResponse:
    """Open one file of a dossier that one may read; the read is recorded with the dossier's."""
    held = queries.open_dossier(dossier_id=dossier_id, actor=actor_of(request), purpose=WORK, at=now())
    if str(file_id) not in {one["file"] for one in _files(held)}:
        raise NotFound
    stored = describe(FileId(file_id))
    headers = {"Content-Disposition": f'inline; filename="{file_id}"', "X-Content-Type-Options": "nosniff"}
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; object-src 'none'"
    return StreamingHttpResponse(read(FileId(file_id)), content_type=stored.media_type, headers=headers)


def _files(held: Open) -> list[dict[str, str]]:
    found = []
    for page in held.procedure.pages:
        for field in page.fields:
            answer = held.answers.get(field.id)
            if field.input is Input.FILE and isinstance(answer, dict):
                found.append(
                    {"field": field.id, "file": str(answer.get("file")), "name": str(answer.get("name"))}
                )
    return found


def _documents(held: Open, on: date) -> list[dict[str, object]]:
    by_field = {one["field"]: one for one in _files(held)}
    taken = {one.slot: one for one in held.held}
    rows = []
    for asked in components(held.procedure, held.answers, [], on):
        part, file_row = asked.component, by_field.get(asked.component.field or "")
        link = reverse("desk:file", args=[held.row.id, UUID(file_row["file"])]) if file_row else ""
        source = gettext("from the applicant's data vault") if part.id in taken else ""
        rows.append(
            {"title": course.said(part.title), "part": part, "link": link, "file": file_row, "source": source}
        )
    return rows
