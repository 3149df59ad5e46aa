"""One's own data vault: results, their papers, and who used them."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dothi.dossiers.queries import codes_of
from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.errors import SignInFirst
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.ledger.types import ActorRef
from dothi.foundation.papers.errors import PaperUnknown
from dothi.foundation.papers.queries import state
from dothi.foundation.papers.types import PaperId, PaperState
from dothi.kernel.ids import PersonId
from dothi.procedures.queries import current
from dothi.procedures.types import Procedure
from dothi.vault import queries
from dothi.vault.purposes import OWN_VIEW
from dothi.vault.types import Result, ResultId, Use
from dothi.web.casework import answering, course


class Asking(TypedDict):
    """In whose name, by which right and why the vault is read."""

    actor: ActorRef
    authority: str
    purpose: Purpose


@open_to(Kind.RESIDENT)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """List the results in one's vault."""
    at = now()
    found = queries.results_of(person=person_of(request), at=at, **asking(request))
    rows = [
        (one, _title(one), course.unit_name(one.unit_id, at), one.valid_on(civil_date(at))) for one in found
    ]
    return render(request, "portal/vault.html", {"rows": rows})


@open_to(Kind.RESIDENT)
@require_safe
def result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """Show one result, its paper, and every dossier that used it."""
    at, person = now(), person_of(request)
    one = queries.result(result_id=ResultId(result_id), person=person, at=at, **asking(request))
    uses = queries.uses_of(result_id=one.id, person=person, at=at, **asking(request))
    procedure = current(one.procedure_code, one.issued_on)
    facts = {
        "result": one,
        "title": course.said(procedure.result.title),
        "valid": one.valid_on(civil_date(at)),
        "groups": answering.claims_by_page(procedure, one.facts, civil_date(at)),  # type: ignore[arg-type]  # the vault's values are JSON
        "paper": _paper(one),
        "uses": _uses(uses),
        "unit": course.unit_name(one.unit_id, at),
    }
    return render(request, "portal/result.html", facts)


def person_of(request: HttpRequest) -> PersonId:
    """Return the person who has signed in. Raises SignInFirst."""
    person = actor_of(request).person_id
    if person is None:
        raise SignInFirst
    return PersonId(person)


def asking(request: HttpRequest) -> Asking:
    """Return that the owner looks at the own vault."""
    return Asking(actor=actor_of(request).ref, authority="owner", purpose=OWN_VIEW)


def _title(one: Result) -> str:
    return course.said(current(one.procedure_code, one.issued_on).result.title)


def _paper(one: Result) -> PaperState | None:
    try:
        return state(PaperId(one.paper_id)) if one.paper_id else None
    except PaperUnknown:
        return None


def _uses(uses: Sequence[Use]) -> list[dict[str, object]]:
    """Return each use with the name of the service and the code of its dossier; one statement more."""
    codes = codes_of([one.dossier_id for one in uses])
    return [
        {"use": one, "title": _service(one), "code": codes.get(one.dossier_id, "")} for one in uses
    ]  # fmt: skip


def _service(use: Use) -> str:
    procedure: Procedure = current(use.procedure_code, civil_date(use.at))
    return course.said(procedure.title)
