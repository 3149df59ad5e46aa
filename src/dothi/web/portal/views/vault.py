"""One's own data vault: results, their papers, and who used them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.identity.errors import SignInFirst
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.papers.queries import content
from dothi.foundation.papers.types import PaperId
from dothi.kernel.ids import PersonId
from dothi.kernel.problems import msg
from dothi.procedures.queries import current
from dothi.vault import queries
from dothi.vault.types import Result, ResultId
from dothi.web.casework import course

OWN = Purpose("own-vault", "Law 91/2025/QH15", msg("The owner looks at the own data vault"))


@open_to(Kind.RESIDENT)
def results(request: HttpRequest) -> HttpResponse:
    """List the results in one's vault."""
    found = queries.results_of(person=_person(request), **_asking(request))
    rows = [(one, _title(one), course.unit_name(one.unit_id, now())) for one in found]
    return render(request, "portal/vault.html", {"rows": rows})


@open_to(Kind.RESIDENT)
def result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """Show one result, its paper, and every dossier that used it."""
    person, asking = _person(request), _asking(request)
    one = queries.result(result_id=ResultId(result_id), person=person, **asking)
    uses = queries.uses_of(result_id=one.id, person=person, **asking)
    facts = {"result": one, "title": _title(one), "uses": uses, "unit": course.unit_name(one.unit_id, now())}
    return render(request, "portal/result.html", facts)


@open_to(Kind.RESIDENT)
def paper(request: HttpRequest, paper_id: UUID) -> StreamingHttpResponse:
    """Download a signed paper of one's own."""
    pieces = content(
        paper_id=PaperId(paper_id), owner=_person(request), actor=actor_of(request).ref, authority="owner",
        purpose=OWN.slug, basis=OWN.basis, at=now(),
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="{paper_id}.pdf"'}
    return StreamingHttpResponse(pieces, content_type="application/pdf", headers=headers)


def _person(request: HttpRequest) -> PersonId:
    person = actor_of(request).person_id
    if person is None:
        raise SignInFirst
    return PersonId(person)


def _asking(request: HttpRequest):  # type: ignore[no-untyped-def]  # keywords of several queries
    return {"actor": actor_of(request).ref, "authority": "owner", "purpose": OWN, "at": now()}


def _title(one: Result) -> str:
    return course.said(current(one.procedure_code, one.issued_on).result.title)
