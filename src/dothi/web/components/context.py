"""What every page knows: the reader's preferences, where live updates come from, the city's name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dothi.web.components.preferences import preferences_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that `components/base.html` reads, save `viewer`, which accounts gives."""
    return {
        "preferences": preferences_of(request),
        "live_url": settings.LIVE_URL,
        "here": request.get_full_path(),
    }
