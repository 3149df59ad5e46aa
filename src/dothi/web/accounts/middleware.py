"""
Who acts in this request, whether the door is open to them, and the record of each refusal.

A view without a door is a mistake of ours and opens to nobody. Refusals of those who have signed in
are recorded in a transaction of their own, because the one that was refused has been rolled back.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dothi.foundation.clock import now
from dothi.foundation.identity.actions.attempts import REFUSAL, within
from dothi.foundation.identity.authority import ANONYMOUS, Kind
from dothi.foundation.identity.doors import actor_of, door_of
from dothi.foundation.identity.errors import NotYours, ProveAgain, Refused, SignInFirst, WrongDoor
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.types import Entry
from dothi.kernel.ids import new_id, urn
from dothi.kernel.problems import NotFound
from dothi.web.accounts.sessions import recognize_request
from dothi.web.components.problems import answer

Respond = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor` and keeps the doors."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = ANONYMOUS  # type: ignore[attr-defined]  # ours, on a request of Django
        response = self.get_response(request)
        if actor_of(request) is not ANONYMOUS:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Recognize the actor, then keep the door of the view."""
        door = door_of(view)
        if door is None:
            raise ImproperlyConfigured(
                f"{view.__module__}.{view.__qualname__} says to nobody that it is open"
            )
        recognize_request(request, now())
        actor = actor_of(request)
        if not door.public and actor.kind not in door.kinds:
            reason = SignInFirst if actor.kind is Kind.ANONYMOUS else WrongDoor
            refused = reason(act=_tried(request))
            return _led_on(request, refused) or answer(request, refused)
        if actor.kind is Kind.OFFICIAL and not (door.public or door.without_post or actor.holdings):
            return HttpResponseRedirect(_with_next("accounts:post", request))
        return None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Record a refusal, or lead to the proof that it wants; the page is ProblemMiddleware's to say."""
        if isinstance(problem, NotFound) and problem.anothers:
            _record(request, NotYours(act=_tried(request)))
        return _led_on(request, problem) if isinstance(problem, Refused) else None


def _led_on(request: HttpRequest, refused: Refused) -> HttpResponse | None:
    if isinstance(refused, SignInFirst):
        return HttpResponseRedirect(_with_next("accounts:sign-in", request))
    if isinstance(refused, ProveAgain):
        return HttpResponseRedirect(_with_next("accounts:confirm", request))
    _record(request, refused)
    # Whether there is such a thing is nobody else's business.
    return answer(request, refused.absent()) if isinstance(refused, NotYours) else None


def _tried(request: HttpRequest) -> str:
    assert request.resolver_match is not None  # a view was found, or we would not be here
    return f"{request.method} {request.resolver_match.view_name}"


def _with_next(name: str, request: HttpRequest) -> str:
    """Return the page of `name`, from which one comes back; what was posted is not sent again."""
    here = request.get_full_path() if request.method == "GET" else request.path
    return f"{reverse(name)}?{urlencode({'next': here})}"


def _record(request: HttpRequest, refused: Refused) -> None:
    actor = actor_of(request)
    if actor.person_id is None or not within(limit=REFUSAL, key=str(actor.account_id), at=now()):
        return
    entry = Entry(
        id=new_id(), act="identity.act.refused", at=now(), actor=actor.ref, authority="none",
        object=urn(settings.NODE, "page", request.resolver_match.view_name if request.resolver_match else ""),
        subjects=[actor.person_id],
        facts={"reason": refused.slug, "act": str(refused.facts.get("act", "")), "of": _things(request)},
    )  # fmt: skip
    with transaction.atomic():
        record(entry)


def _things(request: HttpRequest) -> dict[str, str]:
    """Return the ids that the address names, so that who looks into the ledger sees what was tried."""
    match = request.resolver_match
    return (
        {name: str(value) for name, value in match.kwargs.items() if isinstance(value, UUID)} if match else {}
    )
