"""The navigation of the back office, given to each of its pages."""

from django.http import HttpRequest
from django.utils.translation import gettext

from dothi.web.components.addresses import address_of
from dothi.web.components.rows import Link


def navigation(request: HttpRequest) -> list[Link]:
    """Return the links of the side, the present page marked."""
    pages = (
        ("backoffice:devices", gettext("Devices"), "list-checks"),
        ("backoffice:claim", gettext("Claim a device"), "qr-code"),
        ("backoffice:register", gettext("Register a device"), "file-text"),
        ("backoffice:boxes", gettext("Register a file"), "file-up"),
        ("desk:work", gettext("My work"), "inbox"),
    )
    return [
        Link(label, address_of(name), current=request.path == address_of(name), icon=icon)
        for name, label, icon in pages
    ]
