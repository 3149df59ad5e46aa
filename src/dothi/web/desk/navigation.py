"""The desk's navigation, given to every page of the desk."""

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.foundation.identity.authority import Duty
from dothi.foundation.identity.doors import actor_of
from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link


def navigation(request: HttpRequest) -> list[Link]:
    """Return the links of the side, the present page marked."""
    devices = any(held.duty is Duty.ADMINISTER_DEVICES for held in actor_of(request).holdings)
    pages = (
        ("desk:work", gettext("My work"), "inbox"),
        ("desk:dossiers", gettext("All dossiers"), "folder"),
        ("desk:find", gettext("Find by code"), "search"),
        ("desk:calendar", gettext("Working calendar"), "calendar"),
        *([("backoffice:devices", gettext("Devices"), "list-checks")] if devices else []),
    )
    return [
        Link(label, address_of(name), current=request.path == address_of(name), icon=icon)
        for name, label, icon in pages
    ]


def of_problems(request: HttpRequest) -> dict[str, object]:
    """Return what pages that could not be shown stand in."""
    return {
        "problem_frame": "desk/base.html",
        "home": address_of("desk:work"),
        "navigation": navigation(request),
    }
