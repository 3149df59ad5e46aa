"""Which live events a page may hear: a token for its own person and for what it shows by right."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest

from dothi.foundation.identity.doors import actor_of
from dothi.kernel.live_token import issue


def token_for(request: HttpRequest, subject: str) -> str:
    """
    Return a token for `subject` (URN) and for the person who looks; empty for nobody, or without a key.

    The caller has asked whether the person may see `subject`: a page that shows it has.
    """
    actor = actor_of(request)
    if actor.person_id is None or not settings.LIVE_KEY:
        return ""
    # The machine's own time: the live process knows no demo clock.
    return issue([f"person/{actor.person_id}", f"subject/{subject}"], settings.LIVE_KEY, datetime.now(UTC))
