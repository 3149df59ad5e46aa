"""What every page of the center reads beside its own rows: dark unless its reader asks otherwise."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from dothi.foundation.clock import now
from dothi.operations.layers import Layer
from dothi.operations.rules import indicators
from dothi.operations.types import Kind
from dothi.web.center.moments import Moment, present_of
from dothi.web.center.navigation import navigation
from dothi.web.center.wording import KINDS, LAYERS, number
from dothi.web.components.preferences import Preferences, preferences_of


def frame(request: HttpRequest, at: datetime, moment: Moment | None = None) -> dict[str, Any]:
    """Return the names that `center/base.html` reads; `moment` is that of a page that can look back."""
    asked = preferences_of(request)
    dark = Preferences(asked.size, "dark") if asked.contrast == "auto" else asked
    wall = request.GET.get("wall") == "1"
    links = navigation(request, at, moment or Moment(at))
    return {"present": at, "preferences": dark, "wall": wall, "moment": moment,
            "present_url": present_of(request), "navigation": links}  # fmt: skip


def of_problems(request: HttpRequest) -> dict[str, Any]:
    """Return what pages of the center that could not be shown stand in."""
    inside = {"problem_frame": "center/base.html", "home": reverse("center:screen")}
    return {**inside, **frame(request, now())}


def layers_of(request: HttpRequest) -> list[Layer]:
    """Return the layers beside the moment's own that the address asks for."""
    asked = set(request.GET.getlist("layer"))
    return [one for one in Layer if one.value in asked]


def key_of_map(chosen: Collection[Layer]) -> dict[str, Any]:
    """Return what explains the map: the steps of the rain, and the kinds of things on it."""
    steps = indicators()["rain"].steps
    bounds = [f"< {number(steps[0])}", *(f"{number(one)}+" for one in steps)]
    layers = [{"kind": "wards", "label": gettext("Rain by ward")}]
    return {
        "steps": steps,
        "scale": [("unknown", gettext("no news")), *enumerate(bounds)],
        "layers": [*layers, *({"kind": kind.value, "label": gettext(KINDS[kind])} for kind in Kind)],
        "extras": [
            {"kind": one.value, "label": gettext(LAYERS[one]), "shown": one in chosen,
             "url": reverse("center:layer", args=[one.value]),
             "list": reverse("center:layer-list", args=[one.value])}
            for one in Layer
        ],
        "map_style": settings.MAP_STYLE,
    }  # fmt: skip
