"""The screen: everything at one moment, as a page that works without JavaScript, and as JSON."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents.queries.warnings import Reader, waiting
from dothi.incidents.rules import DRAFT_WARNING
from dothi.kernel.ids import UnitId, new_id
from dothi.kernel.live_token import issue
from dothi.operations.places import drawn
from dothi.operations.rules import LOOK
from dothi.operations.situation import situation
from dothi.web.center import showing, telling, timeline
from dothi.web.center.frame import frame, key_of_map, layers_of
from dothi.web.center.incidents import may_open
from dothi.web.center.moments import moment_of
from dothi.web.center.wall import on_wall
from dothi.web.components.middleware import policy

TOPIC = "center"
PAGE = 200


@open_to(Kind.OFFICIAL)
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """Show the city at the moment asked for; with `part=1` only what changes, for the open screen."""
    at = now()
    unit_id, moment = _center(request, at), moment_of(request, at)
    actor = actor_of(request)
    drafts = waiting(Reader(actor, at), moment.at, moment.known_at)
    frames = frame(request, at, moment)
    shown = showing.screen(situation(moment.at, moment.known_at, live=moment.live), moment, drafts)
    facts: dict[str, Any] = {
        "screen": replace(shown, strip=on_wall(shown.strip)) if frames["wall"] else shown,
        **timeline.facts(request, moment, unit_id),
        "whole": timeline.address(moment, timeline.parts_of(request)),
        "opens": may_open(actor, at),
        "drafts": decide(actor, DRAFT_WARNING, None, at).allowed,
        **frames,
    }
    if request.GET.get("part") == "1":
        return render(request, "center/parts.html", facts)
    chosen = layers_of(request)
    hung = urlencode([("wall", 1), *(("layer", one.value) for one in chosen)])
    facts |= {**key_of_map(chosen), "hung": hung, "token": _token(request), "key": new_id()}
    page = render(request, "center/screen.html", facts)
    page.headers["Content-Security-Policy"] = policy(settings.LIVE_URL, settings.IDP_URL, settings.MAP_STYLE)
    return page


@open_to(Kind.OFFICIAL)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Show the whole timeline of the moment asked for, page by page."""
    at = now()
    unit_id, moment = _center(request, at), moment_of(request, at)
    skip = timeline.skipped(request)
    facts = timeline.facts(request, moment, unit_id, limit=PAGE, skip=skip)
    if len(facts["timeline"]) == PAGE:
        facts["older"] = timeline.older(facts["timeline"], moment, timeline.parts_of(request), skip)
    return render(request, "center/timeline.html", {**facts, **frame(request, at, moment)})


@open_to(Kind.OFFICIAL)
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Tell the same as JSON, for the map and for programs."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    moment = moment_of(request, at)
    return JsonResponse(telling.told(situation(moment.at, moment.known_at, live=moment.live), moment))


@open_to(Kind.OFFICIAL)
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Tell the areas that the map draws; they change with a decree, so a browser may keep them an hour."""
    require(actor_of(request), LOOK, None, now())
    answer = JsonResponse(drawn())
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@open_to(Kind.OFFICIAL)
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Give an open screen a new token, for the old one ends after a quarter of an hour."""
    require(actor_of(request), LOOK, None, now())
    return JsonResponse({"token": _token(request)})


def _center(request: HttpRequest, at: datetime) -> UnitId:
    """Return the unit whose center the actor looks from. Raises Refused."""
    return require(actor_of(request), LOOK, None, at).unit_id


def _token(request: HttpRequest) -> str:
    """Return what lets this person hear what changes in the center; empty without a key."""
    actor = actor_of(request)
    # The machine's own time: the live process knows no demo clock.
    topics = [f"person/{actor.person_id}", TOPIC]
    return issue(topics, settings.LIVE_KEY, datetime.now(UTC)) if settings.LIVE_KEY else ""
