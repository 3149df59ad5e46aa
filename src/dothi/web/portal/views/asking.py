"""Asking: one question a page; what is typed is kept, and nothing is asked that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dothi.dossiers.actions.draft import save_answers
from dothi.dossiers.queries import Editing, editing
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.statements import together
from dothi.procedures.engine import eligibility, page_problems, pages
from dothi.procedures.errors import ProcedureUnknown
from dothi.procedures.types import Field, FieldProblem, Input, Json, Page
from dothi.web.casework.answering import source_of, ward_choices
from dothi.web.casework.citations import basis_in_words
from dothi.web.casework.course import said
from dothi.web.components import rows
from dothi.web.portal import uploads
from dothi.web.portal.corrections import pages_about
from dothi.web.portal.opened import while_open
from dothi.web.portal.questions import Block, as_answer, as_block, with_item, without_item

ALONE = {Input.CHOICE, Input.YES_NO, Input.TEXT, Input.LONG_TEXT, Input.DATE, Input.NUMBER}
"""Inputs whose label can be the heading of the page when nothing else is asked there."""


@open_to(Kind.RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def question(request: HttpRequest, dossier_id: UUID, page_id: str) -> HttpResponse:
    """Ask one question; whatever was typed is kept, also when it cannot stand."""
    at = now()
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    page = page_of(held, page_id, at)
    if request.method != "POST":
        return _ask(request, held, page, held.answers, [], at)
    merged, refused = _save(request, held, page, at)
    if request.POST.get("autosave"):
        return JsonResponse({"saved_at": at.isoformat()})
    reshaped = _reshaped(request, page, merged)
    if reshaped is not None:
        return _ask(request, held, page, reshaped, refused, at)
    found = [*refused, *page_problems(held.procedure, page.id, merged, civil_date(at))]
    if found:
        return _ask(request, held, page, merged, found, at)
    return _onward(request, held, page, merged, at)


@together()
def _save(
    request: HttpRequest, held: Editing, page: Page, at: datetime
) -> tuple[dict[str, Json], list[FieldProblem]]:  # fmt: skip
    """Keep what was typed and uploaded, files and answers together or neither; return all answers."""
    files, refused = uploads.take(request, held, page, at)
    given = {field.id: as_answer(field, request.POST) for field in page.fields} | files
    changed = _kept(request, held, page, given)
    saved = save_answers(dossier_id=held.row.id, resident=actor_of(request), answers=changed, at=at)
    return saved, refused


def page_of(held: Editing, page_id: str, at: datetime) -> Page:
    """Return a page of the questions that applies now. Raises ProcedureUnknown."""
    for page in pages(held.procedure, held.answers, civil_date(at)):
        if page.id == page_id:
            return page
    raise ProcedureUnknown(page=page_id)


def address_of(held: Editing, page_id: str) -> str:
    """Return the address of a question page."""
    return reverse("portal:question", args=[held.row.id, page_id])


def _reshaped(request: HttpRequest, page: Page, answers: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return the answers with one item of a list more or less, or a file less; None when none was asked."""
    for field in page.fields:
        kept = answers.get(field.id)
        if request.POST.get("add") == field.id:
            return {**answers, field.id: with_item(field, kept)}
        name, _, place = request.POST.get("remove", "").rpartition("-")
        if name == field.id and place.isdigit():
            return {**answers, field.id: without_item(kept, int(place))}
        if f"remove-{field.id}" in request.POST:
            return {**answers, field.id: None}
    return None


def _kept(
    request: HttpRequest, held: Editing, page: Page, answers: Mapping[str, Json]
) -> dict[str, Json]:  # fmt: skip
    """Leave out what did not change, so that a prefilled answer keeps its source and a file stays."""
    files = {field.id for field in page.fields if field.input is Input.FILE}
    removed = {name for name in files if f"remove-{name}" in request.POST}
    return {
        name: value
        for name, value in answers.items()
        if value != held.answers.get(name) and (value is not None or name not in files - removed)
    }


def _ask(
    request: HttpRequest, held: Editing, page: Page, answers: Mapping[str, Json],
    found: Sequence[FieldProblem], at: datetime,
) -> HttpResponse:  # fmt: skip
    wards = ward_choices(civil_date(at)) if any(f.input is Input.ADDRESS for f in page.fields) else []
    errors = {one.field: _fault(one) for one in reversed(found)}
    alone = _is_alone(page)
    sources = [source_of(held.provenance.get(field.id)) for field in page.fields]
    common = rows.source_of_all(sources)
    blocks = [
        _told(as_block(field, answers.get(field.id), wards), field, answers, errors, held, source)
        for field, source in zip(page.fields, [None] * len(sources) if common else sources, strict=True)
    ]
    applying = [one.id for one in pages(held.procedure, held.answers, civil_date(at))]
    facts = {
        "held": held,
        "page": page,
        "source": common,
        "title": said(page.title),
        "service": said(held.procedure.title),
        "number": applying.index(page.id) + 1,
        "total": len(applying),
        "help": "" if alone else said(page.help),
        "heading": not alone,
        "blocks": [_as_heading(block, page) for block in blocks] if alone else blocks,
        "faults": [rows.Fault(errors[one.field_id], one.anchor) for one in blocks if one.field_id in errors],
        "asked_to_correct": _corrections(held, page),
        "back": _back(request, held, applying, page),
        "upload": any(field.input is Input.FILE for field in page.fields),
    }
    return render(request, "portal/question.html", facts, status=422 if found else 200)


def _fault(problem: FieldProblem) -> str:
    """Return what is wrong and what to do, in two sentences."""
    said_both = (said(text, problem.facts).rstrip(".") for text in (problem.message, problem.way_out))
    return ". ".join(filter(None, said_both))


def _is_alone(page: Page) -> bool:
    return len(page.fields) == 1 and page.fields[0].input in ALONE and page.fields[0].required


def _as_heading(block: Block, page: Page) -> Block:
    """Let the only question of a page be its heading, with what helps to answer it."""
    asked = block.fields[0]
    hint = " ".join(filter(None, (said(page.help), asked.hint)))
    return replace(block, fields=[replace(asked, label=said(page.title), page_heading=True, hint=hint)])


def _told(
    block: Block, field: Field, answers: Mapping[str, Json], errors: Mapping[str, str], held: Editing,
    source: rows.Provenance | None,
) -> Block:  # fmt: skip
    """Add to what is asked its error, where the answer came from, and the file that was received."""
    error = errors.get(field.id, "")
    if not block.fields:
        return replace(block, error=error)
    first, *others = block.fields
    stored = _stored(held, field, answers.get(field.id))
    return replace(block, fields=[replace(first, error=error, provenance=source, stored=stored), *others])


def _stored(held: Editing, field: Field, answer: Json) -> list[rows.StoredFile]:
    if field.input is not Input.FILE or not isinstance(answer, dict):
        return []
    name, size = str(answer.get("name", "")), int(str(answer.get("size") or 0))
    where = reverse("portal:file", args=[held.row.id, field.id])
    return [rows.StoredFile(name, size, view_url=where, remove_name=f"remove-{field.id}")]


def _corrections(held: Editing, page: Page) -> list[str]:
    """Return what the desk asked to correct on this page, each with its clause."""
    reasons = {reason.id: reason for reason in held.procedure.corrections}
    return [
        f"{said(reason.title)} ({basis_in_words(held.procedure, reason.basis)}). {fault.note}".strip()
        for one in held.corrections
        if one.answered_at is None
        for fault in one.faults
        for reason in [reasons[fault.reason]]
        if page.id in pages_about(held.procedure, fault.about)
    ]


def _onward(
    request: HttpRequest, held: Editing, page: Page, answers: Mapping[str, Json], at: datetime
) -> HttpResponseRedirect:
    on = civil_date(at)
    if page.determinant and eligibility(held.procedure, answers, on).entitled is False:
        return redirect("portal:not-entitled", held.row.id)
    if request.GET.get("to") == "check":
        return redirect("portal:check", held.row.id)
    following = [one.id for one in pages(held.procedure, answers, on)]
    place = following.index(page.id) + 1
    if place < len(following):
        return redirect("portal:question", held.row.id, following[place])
    return redirect("portal:documents", held.row.id)


def _back(request: HttpRequest, held: Editing, applying: Sequence[str], page: Page) -> str:
    if request.GET.get("to") == "check":
        return reverse("portal:check", args=[held.row.id])
    place = applying.index(page.id)
    return address_of(held, applying[place - 1]) if place else reverse("portal:dossiers")
