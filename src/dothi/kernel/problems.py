"""
Problems: every expected failure, with a slug, an HTTP status, a title and a way out.

Titles and ways out are English msgids; only the edges translate them and turn a problem into
problem+json (RFC 9457) or a message beside a field.

    Problem
    ├── NotAllowed        403  the actor may not do this
    ├── NotFound          404  no such thing, or none that the actor may know of
    ├── Conflict          409  the state has moved on
    ├── Invalid           422  the input cannot be accepted as it is
    └── Unavailable       503  a part that this needs does not answer
"""

from collections.abc import Mapping
from typing import ClassVar


def msg(text: str) -> str:
    """Mark `text` as a msgid for the catalogues and return it unchanged."""
    return text


class Problem(Exception):
    """An expected failure. `facts` fill the named placeholders of title and way out."""

    slug: ClassVar[str] = "problem"
    status: ClassVar[int] = 500
    title: ClassVar[str] = msg("Something went wrong")
    way_out: ClassVar[str] = msg("Try again in a few minutes.")

    def __init__(self, **facts: object) -> None:
        super().__init__(self.slug)
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.slug}({details})" if details else self.slug


class NotAllowed(Problem):
    """The actor may not do this."""

    slug = "not-allowed"
    status = 403
    title = msg("You may not do this")
    way_out = msg("Ask the office that holds this matter.")


class NotFound(Problem):
    """No such thing, or none that the actor may know of."""

    slug = "not-found"
    status = 404
    title = msg("We cannot find this")
    way_out = msg("Check the code or the address and try again.")

    @property
    def anothers(self) -> bool:
        """Whether it is there and somebody else's: for the ledger to know, never for who asked."""
        return self.facts.get("anothers") is True


class Conflict(Problem):
    """The state has moved on since the actor looked."""

    slug = "conflict"
    status = 409
    title = msg("Somebody has changed this in the meantime")
    way_out = msg("Open it again to see how it stands now.")


class Invalid(Problem):
    """The input cannot be accepted as it is."""

    slug = "invalid"
    status = 422
    title = msg("This cannot be accepted as it is")
    way_out = msg("Correct what is marked and send it again.")


class Unavailable(Problem):
    """A part that this needs does not answer."""

    slug = "unavailable"
    status = 503
    title = msg("A part of the system does not answer")
    way_out = msg("Nothing is lost. Try again in a few minutes.")
