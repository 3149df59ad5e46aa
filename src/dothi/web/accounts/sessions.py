"""The session of a browser: begun with a fresh key, read once a request, ended by a POST."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import login, logout
from django.http import HttpRequest

from dothi.foundation.identity.actions import sign_ins
from dothi.foundation.identity.authority import ANONYMOUS, Actor, Holding, Kind
from dothi.foundation.identity.doors import sign_in_of
from dothi.foundation.identity.models import Account, SignIn
from dothi.foundation.identity.queries import open_sign_in
from dothi.foundation.identity.types import Method
from dothi.registers.agencies.queries import holdings_of

KEY = "sign_in"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(request: HttpRequest, account: Account, method: Method, assurance: int, at: datetime) -> None:
    """
    Begin a session of somebody who has just proven who they are.

    The session's key is changed, and what another person left in it is thrown away: no fixation.
    What was kept before signing in, such as a draft, stays.
    """
    login(request, account, backend=BACKEND)
    device = request.META.get("HTTP_USER_AGENT", "")
    sign_in = sign_ins.begin(account=account, method=method, assurance=assurance, device=device, at=at)
    request.session[KEY] = str(sign_in.id)
    recognize_request(request, at)


def leave(request: HttpRequest, at: datetime) -> None:
    """End the session of this browser and forget everything in it."""
    sign_in = sign_in_of(request)
    if sign_in is not None:
        sign_ins.end(sign_in_id=sign_in.id, account_id=sign_in.account_id, at=at)
    logout(request)
    request.actor = ANONYMOUS  # type: ignore[attr-defined]  # ours, on a request of Django


def recognize_request(request: HttpRequest, at: datetime) -> None:
    """Set `request.sign_in` and `request.actor`; nothing is asked of the database without a session."""
    key = request.session.get(KEY) if request.session.session_key else None
    found = open_sign_in(UUID(key), at) if key else None
    request.sign_in = found  # type: ignore[attr-defined]  # ours, on a request of Django
    request.actor = actor_from(found, at) if found else ANONYMOUS  # type: ignore[attr-defined]  # ours, on a request of Django


def actor_from(sign_in: SignIn, at: datetime) -> Actor:
    """Return who acts in a session, through the posts held at `at`."""
    account = sign_in.account
    if account.kind == Account.Kind.RESIDENT:
        return Actor(Kind.RESIDENT, account.person_id, account.id, sign_in.assurance)
    holdings = _through(holdings_of(account.person_id, at), sign_in.post_id)
    return Actor(Kind.OFFICIAL, account.person_id, account.id, sign_in.assurance, holdings)


def _through(holdings: tuple[Holding, ...], post_id: UUID | None) -> tuple[Holding, ...]:
    """Return the holdings of the chosen post; of the only one when there is no choice; else none."""
    posts = {held.post_id for held in holdings}
    if len(posts) == 1:
        return holdings
    return tuple(held for held in holdings if held.post_id == post_id)
