"""The center's navigation, given to every page of the center but the wall."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.foundation.identity.authority import decide
from dothi.foundation.identity.doors import actor_of
from dothi.operations.rules import LOOK
from dothi.web.center.moments import Moment
from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link

PRESENT = ("center:screen", "center:runbooks")
"""Pages that the links of the past lead to in the present: the city now, and what has no past."""


def navigation(request: HttpRequest, at: datetime, moment: Moment) -> list[Link]:
    """
    Return the links below the bar, that of the page's own part marked; none to who may not look.

    They keep to the moment that the page shows.
    """
    if not decide(actor_of(request), LOOK, None, at).allowed:
        return []
    pages = (
        ("center:screen", gettext("The city now")),
        ("center:timeline", gettext("Timeline")),
        ("center:incidents", gettext("Incidents")),
        ("center:warnings", gettext("Public warnings")),
        ("center:units", gettext("Units")),
        ("center:shifts", gettext("Shifts")),
        ("center:runbooks", gettext("Runbooks")),
        ("center:rules", gettext("Rules of alerts")),
    )
    return [
        Link(
            label, address_of(name) if name in PRESENT else moment.address(address_of(name)),
            current=_is_of(request.path, address_of(name)),
        )
        for name, label in pages
    ]  # fmt: skip


def _is_of(path: str, page: str) -> bool:
    """Tell whether a path is of a part of the center; every path is below the screen's."""
    return path == page or (page != address_of("center:screen") and path.startswith(page))
