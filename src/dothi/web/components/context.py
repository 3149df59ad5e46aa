"""What every page knows: the reader's preferences, where live updates come from, the city's name."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from dothi.web.components.preferences import preferences_of


@dataclass(frozen=True)
class Hotline:
    """A telephone number as it is dialed and as it is written."""

    number: str
    spoken: str


# Source: the number on the city's public-service portal; verified: false.
HOTLINE: Final = Hotline("19001009", "1900 1009")


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that `components/base.html` reads, save `viewer`, which accounts gives."""
    return {
        "preferences": preferences_of(request),
        "live_url": settings.LIVE_URL,
        "hotline": HOTLINE,
        "here": request.get_full_path(),
        "home": "/",
        "problem_frame": "components/base.html",
    }
