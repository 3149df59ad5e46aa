"""Layers of the map that are fetched when they are switched on, each with the list of what is on it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Kind, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.kernel.problems import NotFound
from dothi.operations.layers import Layer, Then, drawn, found
from dothi.operations.rules import LOOK
from dothi.web.center.frame import frame
from dothi.web.center.moments import Moment, moment_of
from dothi.web.center.wording import LAYERS, NOTES, number
from dothi.web.components.rows import Column, Row
from dothi.web.components.templatetags.components import empty_state

PAGE = 200
LONGEST = 60


@open_to(Kind.OFFICIAL)
@require_safe
def layer(request: HttpRequest, name: str) -> HttpResponse:
    """Tell a layer of a moment as GeoJSON; it changes with an import, so a browser may keep it an hour."""
    at = now()
    require(actor_of(request), LOOK, None, at)
    answer = JsonResponse(drawn(_named(name), at, _then(moment_of(request, at))))
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@open_to(Kind.OFFICIAL)
@require_safe
def listed(request: HttpRequest, name: str) -> HttpResponse:
    """List what was on a layer at a moment, page by page, or what of it bears the words asked for."""
    at, which = now(), _named(name)
    require(actor_of(request), LOOK, None, at)
    moment = moment_of(request, at)
    words, skip = request.GET.get("q", "").strip()[:LONGEST], _skipped(request)
    rows = found(which, words, _then(moment))
    more = ({"q": words} if words else {}) | {"skip": skip + PAGE}
    facts = {
        "title": gettext(LAYERS[which]), "words": words, "count": len(rows), "found": number(len(rows)),
        "columns": [Column(gettext("Its name")), Column(gettext(NOTES[which]))],
        "rows": [Row([one.name, one.note]) for one in rows[skip : skip + PAGE]],
        "empty": empty_state(gettext("Nothing of this kind is known")),
        "next": moment.address(request.path, **more) if len(rows) > skip + PAGE else "",
        **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/layer.html", facts)


def _then(moment: Moment) -> Then | None:
    return None if moment.live else Then(moment.at, moment.known_at)


def _named(name: str) -> Layer:
    if name not in set(Layer):
        raise NotFound
    return Layer(name)


def _skipped(request: HttpRequest) -> int:
    told = request.GET.get("skip", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0
