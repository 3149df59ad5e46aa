"""For everybody: tracking by code, checking a paper, and the ledger as it was signed."""

import re
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dothi.dossiers import queries
from dothi.foundation.clock import now
from dothi.foundation.identity.doors import public
from dothi.foundation.ledger.queries import checkpoint as newest_checkpoint
from dothi.foundation.ledger.queries import entries
from dothi.foundation.ledger.queries import tile as tile_of
from dothi.foundation.papers.uploads import check_upload
from dothi.kernel.dossier_code import parse
from dothi.kernel.problems import NotFound, Problem
from dothi.web.casework import clocks, course

FOREVER = "public, max-age=31536000, immutable"
_TILE = re.compile(r"(entries|\d{1,2})/((?:x\d{3}/){0,4}\d{3})(?:\.p/(\d{1,3}))?")


@public
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code and go to its page."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return render(request, "portal/track.html", {})
    try:
        return redirect("portal:tracked", str(parse(typed)))
    except Problem as problem:
        facts = {"typed": typed, "error": gettext(problem.title), "way_out": gettext(problem.way_out)}
        return render(request, "portal/track.html", facts, status=problem.status)


@public
def tracked(request: HttpRequest, code: str) -> HttpResponse:
    """Show what everybody may know of a dossier, and why its date is what it is."""
    at = now()
    found = queries.tracked(code=code, at=at)
    unit = course.unit_name(found.unit_id, at)
    facts = {
        "found": found,
        "title": course.said(found.procedure.title),
        "state": course.state_title(found.procedure, found.state),
        "unit": unit,
        "chip": clocks.chip(found.reading),
        "steps": clocks.explanation(found.reading),
        "moments": course.moments(found.procedure, found.timeline, unit, found.reading.due_on),
        "at": at,
    }
    return render(request, "portal/tracked.html", facts)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a paper that somebody holds: whole, by whom, when, and with which proof."""
    upload = request.FILES.get("paper")
    report = check_upload(cast("BinaryIO", upload), now()) if request.method == "POST" and upload else None
    missing = request.method == "POST" and upload is None
    return render(
        request, "portal/verify.html", {"report": report, "missing": missing}, status=422 if missing else 200
    )


@public
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest signed checkpoint of the ledger (C2SP tlog-checkpoint)."""
    note = newest_checkpoint()
    if note is None:
        raise NotFound
    return HttpResponse(note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


@public
def tile(_request: HttpRequest, tile: str) -> HttpResponse:
    """Return a tile of the ledger's tree, or a bundle of its entries (C2SP tlog-tiles)."""
    matched = _TILE.fullmatch(tile)
    if matched is None:
        raise NotFound
    level, path, width = matched.groups()
    number = int(path.replace("x", "").replace("/", ""))
    size = int(width or 256)
    body = entries(number, size) if level == "entries" else tile_of(int(level), number, size)
    return HttpResponse(body, content_type="application/octet-stream", headers={"Cache-Control": FOREVER})
