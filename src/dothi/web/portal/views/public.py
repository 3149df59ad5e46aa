"""For everybody: tracking by code, and checking a paper that somebody holds."""

from typing import BinaryIO, Final, cast

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dothi.dossiers import queries
from dothi.foundation.clock import now
from dothi.foundation.identity.actions.attempts import PUBLIC_QUESTION, attempt
from dothi.foundation.identity.doors import public
from dothi.foundation.papers.proofs import Proven, proven
from dothi.foundation.papers.types import Report
from dothi.foundation.papers.uploads import check_upload
from dothi.kernel.dossier_code import parse
from dothi.kernel.merkle.note import parse_public_key
from dothi.kernel.problems import Problem
from dothi.web.casework import clocks, course
from dothi.web.casework.acts import ledger_act

IMMUTABLE: Final = "public, max-age=31536000, immutable"


@public
@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code and go to its page."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return render(request, "portal/track.html", {})
    try:
        code = str(parse(typed))
        _count(request)
        queries.id_of(code)
    except Problem as problem:
        error = f"{gettext(problem.title)}. {gettext(problem.way_out)}"
        return render(request, "portal/track.html", {"typed": typed, "error": error}, status=problem.status)
    return redirect("portal:tracked", code)


@public
@require_safe
def tracked(request: HttpRequest, code: str) -> HttpResponse:
    """Show what everybody may know of a dossier, and why its date is what it is."""
    at = now()
    _count(request)
    found = queries.tracked(code=code, at=at)
    unit = course.unit_name(found.unit_id, at)
    facts = {
        "found": found,
        "title": course.said(found.procedure.title),
        "state": course.state_title(found.procedure, found.state),
        "unit": unit,
        "chip": clocks.chip(found.reading),
        "steps": clocks.explanation(found.reading),
        "moments": course.moments(found.procedure, found.timeline, unit, clocks.promised(found.reading)),
        "at": at,
    }
    return render(request, "portal/tracked.html", facts)


@public
@require_safe
def qr(_request: HttpRequest, code: str) -> HttpResponse:
    """Draw the public address of a code; nothing is looked up, so nothing is told."""
    address = settings.PUBLIC_URL + reverse("portal:tracked", args=[str(parse(code))])
    drawing = segno.make(address, error="m").svg_inline(
        scale=4, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    picture = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": IMMUTABLE})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a paper that somebody holds: whole, by whom, when, and with which proof."""
    upload = request.FILES.get("paper")
    if request.method != "POST" or upload is None:
        missing = request.method == "POST"
        return render(request, "portal/verify.html", {"missing": missing}, status=422 if missing else 200)
    _count(request)
    report = check_upload(cast("BinaryIO", upload), now())
    found = _proven(report)
    facts = {"report": report, "proof": found, "act": ledger_act(found.act)}
    return render(request, "portal/verify.html", facts)


def _count(request: HttpRequest) -> None:
    """Count a question of this address, so that codes cannot be tried one after another by a program."""
    attempt(limit=PUBLIC_QUESTION, key=request.META.get("REMOTE_ADDR", ""), at=now())


def _proven(report: Report) -> Proven:
    keys = [parse_public_key(settings.LEDGER_PUBLIC_KEY)] if settings.LEDGER_PUBLIC_KEY else []
    return proven(report, keys)
