"""The navigation of the back office, given to each of its pages: what one's duties open."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.foundation.identity.authority import Duty
from dothi.foundation.identity.doors import actor_of
from dothi.registers.agencies.founding import center_unit_id
from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link


def navigation(request: HttpRequest) -> list[Link]:
    """Return the links of the side, the present page marked."""
    held = {(one.duty, one.unit_id) for one in actor_of(request).holdings}
    center = center_unit_id(settings.NODE)
    pages = [
        *(_devices() if Duty.ADMINISTER_DEVICES in {duty for duty, _ in held} else ()),
        *(_readings() if (Duty.ADMINISTER_DEVICES, center) in held else ()),
        *(_node() if (Duty.ADMINISTER, center) in held else ()),
        ("desk:work", gettext("My work"), "inbox"),
    ]
    return [
        Link(label, address_of(name), current=request.path == address_of(name), icon=icon)
        for name, label, icon in pages
    ]


def of_problems(request: HttpRequest) -> dict[str, object]:
    """Return what pages that could not be shown stand in."""
    return {
        "problem_frame": "backoffice/base.html",
        "home": address_of("desk:work"),
        "navigation": navigation(request),
    }


def _devices() -> list[tuple[str, str, str]]:
    return [
        ("backoffice:devices", gettext("Devices"), "list-checks"),
        ("backoffice:claim", gettext("Claim a device"), "qr-code"),
        ("backoffice:register", gettext("Register a device"), "file-text"),
        ("backoffice:boxes", gettext("Register a file"), "file-up"),
        ("center:rules", gettext("Rules of alerts"), "triangle-alert"),
    ]


def _readings() -> list[tuple[str, str, str]]:
    return [("backoffice:holds", gettext("Old readings"), "file-text")]


def _node() -> list[tuple[str, str, str]]:
    return [
        ("backoffice:failed", gettext("Work that failed"), "refresh-cw"),
        ("backoffice:public", gettext("What everybody may read"), "eye"),
    ]
