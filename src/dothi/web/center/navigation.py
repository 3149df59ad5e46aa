"""The center's navigation, given to every page of the center but the wall."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.foundation.identity.authority import Duty, decide
from dothi.foundation.identity.doors import actor_of
from dothi.operations.rules import LOOK
from dothi.web.center.moments import Moment
from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link

PAST = (
    "center:timeline",
    "center:incidents",
    "center:warnings",
    "center:units",
    "center:shifts",
    "center:rules",
)
"""Pages that a page of the past leads to in its own moment; any other shows the present."""


def navigation(request: HttpRequest, at: datetime, moment: Moment) -> list[Link]:
    """
    Return the links below the bar, that of the page's own part marked.

    They keep to the moment that the page shows. Who may not look at the center, but keeps devices and with
    them the rules of alerts, is led back to his own pages; to anybody else there are none.
    """
    actor = actor_of(request)
    if decide(actor, LOOK, None, at).allowed:
        pages = _center()
    else:
        pages = _devices() if Duty.ADMINISTER_DEVICES in {one.duty for one in actor.holdings} else ()
    return [
        Link(
            label, moment.address(address_of(name)) if name in PAST else address_of(name),
            current=_is_of(request.path, address_of(name)),
        )
        for name, label in pages
    ]  # fmt: skip


def _center() -> Sequence[tuple[str, str]]:
    return (
        ("center:screen", gettext("The city now")),
        ("center:timeline", gettext("Timeline")),
        ("center:incidents", gettext("Incidents")),
        ("center:warnings", gettext("Public warnings")),
        ("center:units", gettext("Units")),
        ("center:shifts", gettext("Shifts")),
        ("center:runbooks", gettext("Runbooks")),
        ("center:rules", gettext("Rules of alerts")),
    )


def _devices() -> Sequence[tuple[str, str]]:
    return (
        ("backoffice:devices", gettext("Devices")),
        ("center:rules", gettext("Rules of alerts")),
        ("desk:work", gettext("My work")),
    )


def _is_of(path: str, page: str) -> bool:
    """Tell whether a path is of a part of the center; every path is below the screen's."""
    return path == page or (page != address_of("center:screen") and path.startswith(page))
