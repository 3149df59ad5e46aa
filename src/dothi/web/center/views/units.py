"""Response units: where each is, which device says so, who is in service; and which roads are closed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dothi.foundation.clock import now
from dothi.foundation.identity.authority import Actor, CaseFacts, Kind, Refused, decide, require
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.incidents import rules
from dothi.incidents.actions import roads, units
from dothi.incidents.queries import units_at
from dothi.incidents.queries.roads import ClosureRow, closures_at, graph_at
from dothi.incidents.queries.trackers import free_trackers
from dothi.incidents.types import ResponseUnitId
from dothi.kernel.ids import new_id
from dothi.kernel.problems import NotFound, Problem, msg
from dothi.operations.rules import LOOK
from dothi.web.casework.words import words
from dothi.web.center import units as rows
from dothi.web.center.acts import ActForm, Typed, key_of, said
from dothi.web.center.frame import frame
from dothi.web.center.moments import moment_of

Doing = Callable[[HttpRequest, ResponseUnitId, UUID], None]


@open_to(Kind.OFFICIAL)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show every unit as it was at a moment, and the roads that people had closed."""
    require(actor_of(request), LOOK, None, now())
    return show(request, None, 200)


def show(request: HttpRequest, typed: Typed | None, status: int) -> HttpResponse:
    """Render the list; `typed` is an act that was not done, with what was sent."""
    at, actor = now(), actor_of(request)
    moment = moment_of(request, at)
    asked = moment.at, moment.known_at
    units = units_at(*asked)
    own = rows.own(units, free_trackers(), actor, at) if moment.live else {}
    facts = {
        "lines": rows.lines(units, own, moment, typed),
        "closures": [
            (one, _opening(one, actor, at) if moment.live else None) for one in closures_at(*asked)
        ],
        "graph": graph_at(*asked), "undone": typed.error if typed else "", **frame(request, at, moment),
    }  # fmt: skip
    return render(request, "center/units.html", facts, status=status)


def _opening(closure: ClosureRow, actor: Actor, at: datetime) -> ActForm | None:
    if not decide(actor, rules.OPEN_ROADS, CaseFacts("road-closure", unit_id=closure.unit_id), at).allowed:
        return None
    return ActForm(
        "open", gettext("Open these roads"), reverse("center:roads-open", args=[closure.id]), new_id()
    )


@open_to(Kind.OFFICIAL)
@require_POST
def act(request: HttpRequest, unit_id: UUID, act: str) -> HttpResponse:
    """Do one act on a unit; what the domain refuses is said beside its form, and nothing is lost."""
    require(actor_of(request), LOOK, None, now())
    doing = DOING.get(act)
    if doing is None:
        raise NotFound
    try:
        doing(request, ResponseUnitId(unit_id), key_of(request))
    except (Refused, NotFound):
        raise
    except Problem as problem:
        return show(request, Typed(f"{act}-{unit_id}", words(problem), request.POST), problem.status)
    messages.success(request, gettext(DONE[act]))
    return redirect("center:units")


@open_to(Kind.OFFICIAL)
@require_POST
def open_roads(request: HttpRequest, closure_id: UUID) -> HttpResponse:
    """Open roads again that were closed around an incident."""
    require(actor_of(request), LOOK, None, now())
    roads.open_roads(closure_id=closure_id, actor=actor_of(request), at=now(), key=key_of(request))
    messages.success(request, gettext("Units are led through these roads again"))
    return redirect("center:units")


def _off(request: HttpRequest, unit_id: ResponseUnitId, key: UUID) -> None:
    units.take_off(response_unit_id=unit_id, actor=actor_of(request), at=now(), key=key)


def _on(request: HttpRequest, unit_id: ResponseUnitId, key: UUID) -> None:
    units.put_on(response_unit_id=unit_id, actor=actor_of(request), at=now(), key=key)


def _bind(request: HttpRequest, unit_id: ResponseUnitId, key: UUID) -> None:
    device = said(request, "device")[:64]
    units.bind(response_unit_id=unit_id, device=device, actor=actor_of(request), at=now(), key=key)


def _release(request: HttpRequest, unit_id: ResponseUnitId, key: UUID) -> None:
    units.release(response_unit_id=unit_id, actor=actor_of(request), at=now(), key=key)


DOING: Mapping[str, Doing] = {"off": _off, "on": _on, "bind": _bind, "release": _release}
DONE: Mapping[str, str] = {
    "off": msg("The unit is out of service"),
    "on": msg("The unit is in service again"),
    "bind": msg("The device says from now on where the unit is"),
    "release": msg("The device no longer says where the unit is"),
}
