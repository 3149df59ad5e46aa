"""The list of devices, and one device with its readings, findings and twins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dothi.foundation.clock import civil_date, now
from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of, open_to
from dothi.registers.devices import queries
from dothi.registers.devices.types import DeviceId, State
from dothi.web.backoffice import lists, words
from dothi.web.backoffice.navigation import navigation

PAGE = 50
FIRST_AGAIN_MS, AGAIN_MS = 1_000, 5_000
"""How often the readings are shown anew while somebody waits for the first, and later."""


@open_to(Kind.OFFICIAL)
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """List the devices of one's unit with state, last reading and findings."""
    at, actor, wanted = now(), actor_of(request), lists.wanted_of(request)
    after = request.GET.get("after", "")[:64]
    found = queries.devices(actor=actor, at=at, wanted=wanted, limit=PAGE, after=after)
    kinds = queries.profiles()
    page = {
        "columns": lists.columns(),
        "rows": lists.rows(found, {one.name: one for one in kinds}),
        "fields": lists.filters(wanted, kinds, queries.groups(actor=actor, at=at)),
        "filtered": wanted != queries.Wanted(),
        "next": lists.address(wanted, found[-1].id) if len(found) == PAGE else "",
        "navigation": navigation(request),
    }
    return render(request, "backoffice/devices.html", page)


@open_to(Kind.OFFICIAL)
@never_cache
@require_safe
def device(request: HttpRequest, device_id: str) -> HttpResponse:
    """Show one device: state, last readings, findings, twins, and what was done to it."""
    at, actor = now(), actor_of(request)
    view = queries.device(device_id=DeviceId(device_id), actor=actor, at=at)
    page = {
        "id": device_id,
        "name": words.named(view.row.facts) or device_id,
        "state": words.state(view.row.state),
        "seen": words.when(view.row.seen_at),
        "open": view.row.state not in (State.WAITING, State.REVOKED),
        "revoked": view.row.state is State.REVOKED,
        "first": not view.readings,
        "again_ms": AGAIN_MS if view.readings else FIRST_AGAIN_MS,
        "reading_columns": lists.reading_columns(),
        "latest": lists.latest(view),
        "readings": lists.readings(view, view.readings),
        "finding_columns": lists.finding_columns(),
        "findings": lists.findings(view),
        "twin_columns": lists.twin_columns(),
        "twins": lists.twins(view),
        "facts": lists.summary(view, civil_date(at)),
        "history": lists.history(view.row.id),
        "navigation": navigation(request),
    }
    return render(request, "backoffice/device.html", page)
