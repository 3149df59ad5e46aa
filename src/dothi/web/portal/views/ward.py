"""For everybody: what is so in one's ward now, and the public warnings, on pages, as a feed, in CAP."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop, override
from django.views.decorators.http import require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.doors import public
from dothi.incidents import cap, queries
from dothi.incidents.queries.surroundings import surroundings
from dothi.sectors.environment import vn_aqi
from dothi.web.components.rows import Choice, Field
from dothi.web.portal import telling
from dothi.web.portal.feed import atom
from dothi.web.portal.views.public import IMMUTABLE
from dothi.web.portal.wards import COOKIE, chosen_ward, keep_ward, ward_choices

TITLE = gettext_noop("Public warnings in Hanoi")


@public
@require_safe
def my_ward(request: HttpRequest) -> HttpResponse:
    """Show air, rain, floods and warnings of the ward that the reader chose, each with its age and source."""
    wards = dict(ward_choices())
    asked = request.GET.get("ward", chosen_ward(request))
    facts: dict[str, object] = {"field": _field(wards, asked), "ward": wards.get(asked, "")}
    if asked in wards:
        request.COOKIES[COOKIE] = asked  # for the banner of this very page
        facts |= _known_of(asked)
    response = render(request, "portal/my_ward.html", facts)
    if asked in wards and "ward" in request.GET:
        keep_ward(response, asked, secure=request.is_secure())
    return response


@public
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """List the public warnings in force, the gravest first."""
    at = now()
    rows = [telling.notice(row, at) for row in queries.public_warnings(at)]
    return render(request, "portal/warnings.html", {"rows": rows, "at": at})


@public
@require_safe
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Show one public warning: what happens, what to do, where, until when, and who says so."""
    at = now()
    found = telling.notice(queries.public_warning(warning_id), at)
    return render(request, "portal/warning.html", {"found": found, "at": at})


@public
@require_safe
def warning_cap(_request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Give the document of a public warning in CAP 1.2; it never changes."""
    document = queries.public_message(warning_id)
    return HttpResponse(document, content_type=cap.MEDIA_TYPE, headers={"Cache-Control": IMMUTABLE})


@public
@require_safe
def warnings_feed(_request: HttpRequest) -> HttpResponse:
    """Give the public warnings of the last seven days as a feed in Atom."""
    at = now()
    with override("vi"):
        title = gettext(TITLE)
    document = atom(
        queries.public_feed(at), node=settings.NODE, address=settings.PUBLIC_URL, title=title, at=at
    )
    return HttpResponse(
        document, content_type="application/atom+xml; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


def _field(wards: dict[str, str], asked: str) -> Field:
    return Field(
        kind="ward_picker", name="ward", label=gettext("Ward or commune"),
        choices=[Choice(code, name) for code, name in wards.items()], value=asked if asked in wards else "",
        error=gettext("There is no such ward or commune today") if asked and asked not in wards else "",
    )  # fmt: skip


def _known_of(ward_code: str) -> dict[str, object]:
    at = now()
    found = surroundings(ward_code, at, tuple(telling.POLLUTANTS), vn_aqi.NOWCAST_H)
    under_water = [telling.flood(point) for point in found.points if point.flooded]
    return {
        "at": at,
        "warnings": [telling.notice(row, at) for row in queries.public_warnings(at, [ward_code])],
        "rain": telling.rain(found),
        "air": telling.air(found),
        "floods": under_water,
        "dry": [telling.said(point.told.name) for point in found.points if not point.flooded],
        "points": len(found.points),
    }
