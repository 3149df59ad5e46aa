"""Filing: documents once only, all answers once more, and one act however often the button is pressed."""

from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dothi.dossiers.actions.apply import submit, supplement
from dothi.dossiers.actions.reuse import use_result
from dothi.dossiers.errors import Incomplete
from dothi.dossiers.offers import offers
from dothi.dossiers.queries import Editing, editing
from dothi.dossiers.rules import LEVEL_TO_FILE
from dothi.dossiers.types import Act, Call
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.ids import DossierId
from dothi.kernel.problems import Invalid
from dothi.procedures.engine import components, eligibility, fees, pages
from dothi.procedures.types import Asked, FieldProblem, Procedure
from dothi.vault.types import Result, ResultId
from dothi.web.casework.answering import facts_by_page, gathered
from dothi.web.casework.citations import basis_in_words
from dothi.web.casework.course import said
from dothi.web.portal.corrections import pages_about
from dothi.web.portal.opened import while_open
from dothi.web.portal.views.asking import address_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@open_to(Kind.RESIDENT)
@require_safe
@while_open
def not_entitled(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Say why the law does not give this, by which clause, and what to do instead."""
    at = now()
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    row = eligibility(held.procedure, held.answers, civil_date(at)).fired
    if row is None:
        return redirect("portal:check", dossier_id)
    first = pages(held.procedure, held.answers, civil_date(at))[0]
    facts = {"reason": said(row.reason), "way_out": said(row.way_out),
             "basis": basis_in_words(held.procedure, row.basis),
             "title": said(held.procedure.title), "first": address_of(held, first.id)}  # fmt: skip
    return render(request, "portal/not_entitled.html", facts)


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
@while_open
def documents(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the documents asked for, and take from the vault what it has."""
    at, actor = now(), actor_of(request)
    if request.method != "POST":
        return _documents(request, dossier_id, at, "")
    if request.POST.get("consent") != "yes":
        return _documents(request, dossier_id, at, gettext("Tick the box to agree, or continue without"))
    filled = use_result(
        dossier_id=DossierId(dossier_id), resident=actor, shown=consent_text(), at=at,
        result_id=ResultId(_id(request.POST.get("result", ""))),
    )  # fmt: skip
    request.session[f"saved:{dossier_id}"] = len(filled)
    return redirect(request.get_full_path())


@open_to(Kind.RESIDENT)
@require_http_methods(GET_OR_POST)
@while_open
def check(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show all answers once more, then file; filing twice files once."""
    at, actor = now(), actor_of(request)
    if request.method != "POST":
        return _check(request, editing(dossier_id=dossier_id, resident=actor, at=at), at, 200)
    call = Call(DossierId(dossier_id), actor, at, key=_filing_key(request, dossier_id))
    try:
        supplement(call) if request.POST.get("act") == Act.SUPPLEMENT else submit(call)
    except Incomplete:
        return _check(request, editing(dossier_id=dossier_id, resident=actor, at=at), at, 422)
    return redirect("portal:sent", dossier_id)


@open_to(Kind.RESIDENT)
@require_safe
@while_open
def level(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Say how to raise the account to the level that filing needs; the draft is kept meanwhile."""
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=now())
    facts = {"title": said(held.procedure.title), "where": said(held.procedure.filing.where), "held": held,
             "high_enough": actor_of(request).assurance >= LEVEL_TO_FILE}  # fmt: skip
    return render(request, "portal/level.html", facts)


def consent_text() -> str:
    """Return the words that a person agrees to; the vault keeps them as they were shown."""
    return gettext("I agree that this result is taken from my data vault for this dossier only.")


def _documents(request: HttpRequest, dossier_id: UUID, at: datetime, error: str) -> HttpResponse:
    held = editing(dossier_id=dossier_id, resident=actor_of(request), at=at)
    taken = {one.result_id: one.slot for one in held.held if one.result_id}
    asked = components(held.procedure, held.answers, [], civil_date(at))
    applying = [one.id for one in pages(held.procedure, held.answers, civil_date(at))]
    first = request.GET.get("to") == "questions"
    facts = {
        "held": held,
        "service": said(held.procedure.title),
        "asked": [_document(held, one, set(taken.values())) for one in asked],
        "offers": [
            {
                "result": one,
                "title": _kind_title(held.procedure, one),
                "error": error if str(one.id) == request.POST.get("result") else "",
            }
            for one in offers(dossier_id=dossier_id, resident=actor_of(request), at=at)
            if one.id not in taken
        ],
        "saved": _saved(request.session.pop(f"saved:{dossier_id}", None)),
        "consent": consent_text(),
        "error": error,
        "back": reverse("portal:dossiers") if first else address_of(held, applying[-1]),
        "onward": address_of(held, applying[0]) if first else reverse("portal:check", args=[dossier_id]),
    }
    return render(request, "portal/documents.html", facts, status=422 if error else 200)


def _document(held: Editing, asked: Asked, taken: set[str]) -> dict[str, object]:
    part = asked.component
    answer = held.answers.get(part.field or "")
    return {
        "title": said(part.title),
        "why": said(part.why),
        "part": part,
        "taken": part.id in taken,
        "file": str(answer.get("name", "")) if isinstance(answer, dict) else "",
        "page": next((address_of(held, one) for one in pages_about(held.procedure, part.id)), ""),
    }


def _kind_title(procedure: Procedure, result: Result) -> str:
    """Return the name of the document that a result stands for."""
    for part in procedure.components:
        if any(way.kind == result.kind for way in part.satisfied_by):
            return said(part.title)
    return ""


def _saved(count: int | None) -> str:
    if count is None:
        return ""
    text = ngettext(
        "%(count)s answer need not be given again, and one document need not be sent.",
        "%(count)s answers need not be given again, and one document need not be sent.",
        count,
    )
    return text % {"count": count}


def _check(request: HttpRequest, held: Editing, at: datetime, status: int) -> HttpResponse:
    on, draft = civil_date(at), held.row.state == "draft"
    if eligibility(held.procedure, held.answers, on).entitled is False:
        return redirect("portal:not-entitled", held.row.id)
    facts = {
        "held": held,
        "service": said(held.procedure.title),
        "groups": gathered(
            facts_by_page(
                held.procedure,
                held.answers,
                held.provenance,
                on,
                lambda page: address_of(held, page) + "?to=check",
            )
        ),
        "gaps": [
            (_label(held, one), said(one.message, one.facts), _gap_address(held, one)) for one in held.missing
        ],
        "fees": [
            (said(due.fee.label), due.fee, said(due.fee.note))
            for due in fees(held.procedure, held.answers, on)
        ],
        "reused": sum(1 for source in held.provenance.values() if source),
        "supplementing": not draft,
        "too_low": actor_of(request).assurance < LEVEL_TO_FILE,
        "act": Act.SUBMIT if draft else Act.SUPPLEMENT,
        "key": uuid5(held.row.id, f"{held.row.state}:{len(held.corrections)}"),
    }
    return render(request, "portal/check.html", facts, status=status)


def _filing_key(request: HttpRequest, dossier_id: UUID) -> UUID:
    """Return the key of this filing: the page carries it, so that a second press is the same act."""
    try:
        return uuid5(dossier_id, str(UUID(request.POST.get("key", ""))))
    except ValueError:
        return uuid4()


def _gap_address(held: Editing, problem: FieldProblem) -> str:
    if problem.page == "documents":
        return reverse("portal:documents", args=[held.row.id])
    return address_of(held, problem.page) + "?to=check"


def _label(held: Editing, problem: FieldProblem) -> str:
    if problem.page == "documents":
        return gettext("Documents")
    return said(held.procedure.field(problem.field).label)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as malformed:
        raise Invalid from malformed
