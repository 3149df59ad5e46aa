"""The report of a situation: ordered by one press, made by a job, opened when it is there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.foundation.papers.errors import PaperUnknown
from dothi.foundation.papers.queries import content, state
from dothi.foundation.papers.types import PaperId, Status
from dothi.incidents.shifts import moments as shifts
from dothi.incidents.shifts.actions import order_report
from dothi.operations.rules import LOOK
from dothi.web.casework.handing import PDF, handed
from dothi.web.center.acts import key_of
from dothi.web.center.frame import frame
from dothi.web.center.moments import Moment, moment_of

BASIS = "Law on Civil Defense 18/2023/QH15"


@open_to(Kind.OFFICIAL)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order the report of the moment that the screen shows."""
    at, actor = now(), actor_of(request)
    require(actor, LOOK, None, at)
    key, moment = key_of(request), moment_of(request, at)
    paper = order_report(moment=shifts.Moment(moment.at, moment.known_at), actor=actor, at=at, key=key)
    messages.success(request, gettext("The report is being made"))
    return redirect("center:report", paper)


@open_to(Kind.OFFICIAL)
@require_safe
def report(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Say how far a report is, or lead to it."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    found = state(PaperId(paper_id))
    if ":situation:" not in found.about:
        raise PaperUnknown(paper_id=paper_id)
    of = shifts.moment_of(found.about)
    facts = {"ready": found.status is Status.READY, "failed": found.status is Status.FAILED,
             "paper": paper_id, "of": Moment(of.at, of.known_at, live=False),
             **frame(request, at)}  # fmt: skip
    return render(request, "center/report.html", facts)


@open_to(Kind.OFFICIAL)
@require_safe
def paper(request: HttpRequest, paper_id: UUID) -> StreamingHttpResponse:
    """Send the report of one's own center."""
    at, actor = now(), actor_of(request)
    decision = require(actor, LOOK, None, at)
    pieces = content(
        paper_id=PaperId(paper_id), owner=decision.unit_id, actor=decision.by(actor),
        authority=decision.authority, purpose="read-situation", basis=BASIS, at=at,
    )  # fmt: skip
    return handed(pieces, PDF, f"{paper_id}", inline=frozenset({PDF}))
