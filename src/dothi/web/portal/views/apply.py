"""Applying: one question a page, documents once only, check, file."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from dothi.dossiers.actions.apply import submit, supplement
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers
from dothi.dossiers.actions.reuse import use_result
from dothi.dossiers.errors import Incomplete
from dothi.dossiers.queries import Editing, editing, offers
from dothi.dossiers.types import Act, Call
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.queries import own_profile
from dothi.kernel.ids import DossierId
from dothi.procedures.engine import components, eligibility, fees, page_problems, pages
from dothi.procedures.errors import ProcedureUnknown
from dothi.procedures.queries import current
from dothi.procedures.types import FieldProblem, Input, Json, Page
from dothi.vault.types import ResultId
from dothi.web.casework.answering import facts_by_page, source_of, ward_choices
from dothi.web.casework.course import said
from dothi.web.components.rows import Fault, Field
from dothi.web.portal import uploads
from dothi.web.portal.questions import as_answer, as_component

GET_OR_POST = ["GET", "HEAD", "POST"]


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the ward whose desk the dossier goes to, then open the draft with what is known."""
    at, actor = now(), actor_of(request)
    profile = own_profile(actor)
    ward = request.POST.get("ward", profile.ward if profile else "")
    if request.method == "POST" and ward:
        dossier_id = open_draft(resident=actor, procedure_code=code, ward_code=ward, at=at, key=_key(request))
        prefill_draft(dossier_id=dossier_id, resident=actor, profile=profile, at=at)
        return redirect("portal:question", dossier_id, _first_page(dossier_id, request, at))
    error = gettext("Choose a ward or commune") if request.method == "POST" else ""
    procedure = current(code, civil_date(at))
    field = Field(
        "ward_picker", "ward", gettext("Ward or commune"), hint=said(procedure.filing.where), value=ward,
        choices=ward_choices(civil_date(at)), error=error,
    )  # fmt: skip
    facts = {"procedure": procedure, "title": said(procedure.title), "field": field, "key": uuid4()}
    return render(request, "portal/begin.html", facts, status=422 if error else 200)


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
def question(request: HttpRequest, dossier_id: UUID, page_id: str) -> HttpResponse:
    """Ask one question; whatever was typed is kept, also when it cannot stand."""
    at = now()
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    page = _page(held, page_id, at)
    if request.method != "POST":
        return _ask(request, held, page, held.answers, [], at)
    answers = {field.id: as_answer(field, request.POST) for field in page.fields}
    files, refused = uploads.take(request, held, page, at)
    merged = save_answers(
        dossier_id=held.row.id, resident=actor_of(request), answers=_kept(held, page, answers | files), at=at
    )
    if request.POST.get("autosave"):
        return JsonResponse({"saved_at": at.isoformat()})
    found = [*refused, *page_problems(held.procedure, page.id, merged, civil_date(at))]
    if found:
        return _ask(request, held, page, merged, found, at)
    return _onward(request, held, page, merged, at)


@open_to(Kind.RESIDENT)
def not_entitled(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Say why the law does not give this, by which clause, and what to do instead."""
    at = now()
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    verdict = eligibility(held.procedure, held.answers, civil_date(at))
    if verdict.fired is None:
        return redirect("portal:check", dossier_id)
    row = verdict.fired
    facts = {"reason": said(row.reason), "way_out": said(row.way_out), "basis": row.basis, "held": held}
    return render(request, "portal/not_entitled.html", facts)


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
def documents(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the documents asked for, and take from the vault what it has."""
    at, actor = now(), actor_of(request)
    if request.method == "POST":
        if request.POST.get("consent") != "yes":
            return _documents(request, dossier_id, at, gettext("Tick the box to agree, or continue without"))
        filled = use_result(
            dossier_id=DossierId(dossier_id), resident=actor, shown=consent_text(), at=at,
            result_id=ResultId(UUID(request.POST["result"])),
        )  # fmt: skip
        request.session[f"saved:{dossier_id}"] = len(filled)
        return redirect("portal:documents", dossier_id)
    return _documents(request, dossier_id, at, "")


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show all answers once more, then file; filing twice files once."""
    at, actor = now(), actor_of(request)
    if request.method != "POST":
        return _check(request, editing(dossier_id=dossier_id, resident=actor, at=at), at, 200)
    supplementing = request.POST.get("act") == Act.SUPPLEMENT
    call = Call(DossierId(dossier_id), actor, at, key=_filing_key(request, dossier_id))
    try:
        supplement(call) if supplementing else submit(call)
    except Incomplete:
        return _check(request, editing(dossier_id=dossier_id, resident=actor, at=at), at, 422)
    return redirect("portal:sent", dossier_id)


def consent_text() -> str:
    """Return the words that a person agrees to; the vault keeps them as they were shown."""
    return gettext("I agree that this result is taken from my data vault for this dossier only.")


def _documents(request: HttpRequest, dossier_id: UUID, at: datetime, error: str) -> HttpResponse:
    actor = actor_of(request)
    held = editing(dossier_id=dossier_id, resident=actor, at=at)
    taken = {one.slot for one in held.held}
    facts = {
        "held": held,
        "asked": [
            {"title": said(one.component.title), "why": said(one.component.why), "part": one.component,
             "taken": one.component.id in taken, "page": _page_of(held, one.component.field)}
            for one in components(held.procedure, held.answers, [], civil_date(at))
        ],
        "offers": [one for one in offers(dossier_id=dossier_id, resident=actor, at=at) if not taken],
        "saved": _saved(request.session.pop(f"saved:{dossier_id}", 0)),
        "consent": consent_text(),
        "error": error,
    }  # fmt: skip
    return render(request, "portal/documents.html", facts, status=422 if error else 200)


def _saved(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s answer need not be given again", "%(count)s answers need not be given again", count
    )
    return text % {"count": count}


def _check(request: HttpRequest, held: Editing, at: datetime, status: int) -> HttpResponse:
    on = civil_date(at)
    if eligibility(held.procedure, held.answers, on).entitled is False:
        return redirect("portal:not-entitled", held.row.id)
    facts = {
        "held": held,
        "groups": facts_by_page(
            held.procedure, held.answers, held.provenance, on, lambda page: _address(held, page) + "?to=check"
        ),
        "faults": [Fault(f"{_label(held, one)}: {said(one.message)}", "") for one in held.missing],
        "gaps": [
            (one, _label(held, one), said(one.message), _gap_address(held, one)) for one in held.missing
        ],
        "fees": [
            (said(due.fee.label), due.fee, said(due.fee.note))
            for due in fees(held.procedure, held.answers, on)
        ],
        "reused": sum(1 for source in held.provenance.values() if source),
        "supplementing": held.row.state != "draft",
        "act": Act.SUBMIT if held.row.state == "draft" else Act.SUPPLEMENT,
        "key": uuid5(held.row.id, f"{held.row.state}:{len(held.corrections)}"),
    }
    return render(request, "portal/check.html", facts, status=status)


def _filing_key(request: HttpRequest, dossier_id: UUID) -> UUID:
    """Return the key of this filing: the page carries it, so that a second press is the same act."""
    try:
        return uuid5(dossier_id, str(UUID(request.POST.get("key", ""))))
    except ValueError:
        return uuid4()


def _ask(
    request: HttpRequest, held: Editing, page: Page, answers: Mapping[str, Json],
    found: list[FieldProblem], at: datetime,
) -> HttpResponse:  # fmt: skip
    wards = ward_choices(civil_date(at)) if any(f.input is Input.ADDRESS for f in page.fields) else []
    errors = {one.field: said(one.message) for one in found}
    fields: list[Field] = []
    for asked in page.fields:
        parts = as_component(asked, answers.get(asked.id), wards)
        fields += [_marked(part, asked.id, errors, held, first=part is parts[0]) for part in parts]
    facts = {
        "held": held,
        "page": page,
        "title": said(page.title),
        "help": said(page.help),
        "fields": _with_heading(fields),
        "faults": [
            Fault(errors[asked.id], _anchor(fields, asked.id)) for asked in page.fields if asked.id in errors
        ],
        "asked_to_correct": _corrections(held, page),
        "back": _back(request, held, page, at),
        "upload": any(asked.input is Input.FILE for asked in page.fields),
    }
    return render(request, "portal/question.html", facts, status=422 if found else 200)


def _marked(part: Field, field_id: str, errors: Mapping[str, str], held: Editing, *, first: bool) -> Field:
    from dataclasses import replace

    source = source_of(held.provenance.get(field_id)) if first else None
    return replace(part, error=errors.get(field_id, "") if first else "", provenance=source)


def _with_heading(fields: list[Field]) -> list[Field]:
    """Let the only question of a page be its heading."""
    return fields


def _anchor(fields: list[Field], field_id: str) -> str:
    return next((one.key for one in fields if one.name in (field_id, f"{field_id}-ward")), "")


def _corrections(held: Editing, page: Page) -> list[str]:
    """Return what the desk asked to correct on this page, in its words."""
    fields = {field.id for field in page.fields}
    open_ones = [one for one in held.corrections if one.answered_at is None]
    reasons = {reason.id: reason for reason in held.procedure.corrections}
    return [
        fault.note or said(reasons[fault.reason].title)
        for one in open_ones
        for fault in one.faults
        if fault.about in fields
    ]


def _kept(held: Editing, page: Page, answers: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what did not change, so that a prefilled answer keeps its source."""
    files = {field.id for field in page.fields if field.input is Input.FILE}
    return {
        name: value
        for name, value in answers.items()
        if value != held.answers.get(name) and not (name in files and value is None)
    }


def _page(held: Editing, page_id: str, at: datetime) -> Page:
    for page in pages(held.procedure, held.answers, civil_date(at)):
        if page.id == page_id:
            return page
    raise ProcedureUnknown(page=page_id)


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


def _back(request: HttpRequest, held: Editing, page: Page, at: datetime) -> str:
    if request.GET.get("to") == "check":
        return reverse("portal:check", args=[held.row.id])
    before = [one.id for one in pages(held.procedure, held.answers, civil_date(at))]
    place = before.index(page.id)
    return _address(held, before[place - 1]) if place else reverse("portal:dossiers")


def _first_page(dossier_id: DossierId, request: HttpRequest, at: datetime) -> str:
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    return pages(held.procedure, held.answers, civil_date(at))[0].id


def _address(held: Editing, page_id: str) -> str:
    return reverse("portal:question", args=[held.row.id, page_id])


def _gap_address(held: Editing, problem: FieldProblem) -> str:
    if problem.page == "documents":
        return reverse("portal:documents", args=[held.row.id])
    return _address(held, problem.page) + "?to=check"


def _label(held: Editing, problem: FieldProblem) -> str:
    if problem.page == "documents":
        return gettext("Documents")
    return said(held.procedure.field(problem.field).label)


def _page_of(held: Editing, field_id: str | None) -> str:
    for page in held.procedure.pages:
        if field_id in {field.id for field in page.fields}:
            return _address(held, page.id)
    return ""


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
