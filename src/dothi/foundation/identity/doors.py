"""
Doors: each view says to whom it is open, and a view that says nothing is open to nobody.

    @public
    @open_to(Kind.RESIDENT)
    @open_to(Kind.OFFICIAL)

The door knows kinds of actors only. What they may do on a case, the view asks `authority.require`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from django.http import HttpRequest

from dothi.foundation.identity.actions.sign_ins import RECENT
from dothi.foundation.identity.authority import ANONYMOUS, Actor, Kind
from dothi.foundation.identity.errors import ProveAgain
from dothi.foundation.identity.models import SignIn

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Door:
    """To whom a view is open; `without_post` lets in an official who has not chosen a post yet."""

    kinds: frozenset[Kind]
    without_post: bool = False

    @property
    def public(self) -> bool:
        """Return whether nobody needs to sign in."""
        return Kind.ANONYMOUS in self.kinds


class Marked(Protocol):
    """A view with its door."""

    door: Door


def public(view: View) -> View:
    """Open a view to everybody."""
    cast("Marked", view).door = Door(frozenset(Kind))
    return view


def open_to(*kinds: Kind, without_post: bool = False) -> Callable[[View], View]:
    """Open a view to these kinds of actors, who have signed in."""

    def mark(view: View) -> View:
        cast("Marked", view).door = Door(frozenset(kinds), without_post)
        return view

    return mark


def door_of(view: Callable[..., Any]) -> Door | None:
    """Return the door of a view, None when it is unmarked."""
    return getattr(view, "door", None)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    return cast("Actor", getattr(request, "actor", ANONYMOUS))


def sign_in_of(request: HttpRequest) -> SignIn | None:
    """Return the session of this request."""
    return cast("SignIn | None", getattr(request, "sign_in", None))


def recently_authenticated(request: HttpRequest, at: datetime) -> bool:
    """Tell whether the person proved who they are within the last 5 minutes."""
    sign_in = sign_in_of(request)
    return sign_in is not None and at - sign_in.proven_at <= RECENT


def require_recent_proof(request: HttpRequest, at: datetime) -> None:
    """Demand a proof of the last 5 minutes, e.g. before a signature. Raises ProveAgain."""
    if not recently_authenticated(request, at):
        raise ProveAgain
