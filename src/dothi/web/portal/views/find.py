"""Finding: the front page, search by everyday words, and one procedure in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.doors import public
from dothi.procedures.engine import fees
from dothi.procedures.queries import current, in_force
from dothi.procedures.queries import search as find
from dothi.web.casework.course import said

MOST_LETTERS = 200


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page: search first, then what is asked for most, then tracking."""
    on = civil_date(now())
    procedures = [current(row.code, on) for row in in_force(on)]
    rows = [(one.code, said(one.title), said(one.summary)) for one in procedures]
    return render(request, "portal/home.html", {"procedures": rows})


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find procedures by everyday words, with or without marks."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    found = find(words, civil_date(now())) if words else []
    rows = [(one.code, said(one.title), said(one.summary), next(iter(one.matched), "")) for one in found]
    return render(request, "portal/search.html", {"words": words, "found": rows})


@public
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a procedure in plain words: for whom, with what, how long, at what cost, by which law."""
    on = civil_date(now())
    one = current(code, on)
    facts = {
        "procedure": one,
        "title": said(one.title),
        "summary": said(one.summary),
        "who": said(one.applicants.who),
        "where": said(one.filing.where),
        "sent": [said(part.title) for part in one.components if part.provided_by == "applicant"],
        "shown": [said(part.title) for part in one.components if part.provided_by == "at-desk"],
        "durations": [duration for held in one.clock.durations.values() for duration in held[:1]][:1],
        "fees": [(said(due.fee.label), due.fee, said(due.fee.note)) for due in fees(one, {}, on)],
        "in_person": one.result.in_person,
        "sources": [(source.number, said(source.title)) for source in one.sources],
    }
    return render(request, "portal/procedure.html", facts)
