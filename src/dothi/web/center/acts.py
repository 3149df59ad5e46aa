"""One act as a form, and one call of it as it was sent: with its key, so that pressing twice is one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, QueryDict

from dothi.foundation.identity.authority import Duty
from dothi.kernel.problems import Invalid, msg
from dothi.web.components.rows import Choice, Field

MOST_LETTERS = 2000


class FormWorn(Invalid):
    """The form did not carry its key, so that pressing it twice could do it twice."""

    slug = "form-worn"
    title = msg("This form cannot be sent any more")
    way_out = msg("Open the page again and press the button there.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent with an act that was not done: nothing of it is lost."""

    act: str
    error: str
    sent: QueryDict


@dataclass(frozen=True, slots=True)
class ActForm:
    """
    One act: what its button says, what else it asks, and why it was not done.

    `seen` is the revision of the thing that the form was made of, where that counts.
    """

    act: str
    title: str
    url: str
    key: UUID
    fields: Sequence[Field] = ()
    seen: int | None = None
    primary: bool = False
    error: str = ""
    about: str = ""
    """What the button does, for who does not see what stands beside it."""


Offered = tuple[str, str, frozenset[Duty], Sequence[Field]]
"""An act: its name, its title, the duties of which one is asked, its questions."""


def select(name: str, label: str, choices: Sequence[tuple[str, str]], value: str = "", *, act: str) -> Field:
    """Return a question with a choice of one."""
    rows = [Choice(key, text) for key, text in choices]
    return Field("select", name, label, value=value, choices=rows, id=f"{act}-{name}", small=True)


def words(
    name: str, label: str, value: str = "", *, act: str, optional: bool = False, hint: str = ""
) -> Field:
    """Return a question that is answered in a few sentences."""
    return Field("textarea", name, label, hint=hint, value=value, rows=3, max_length=MOST_LETTERS,
                 optional=optional, id=f"{act}-{name}", small=True)  # fmt: skip


def line(name: str, label: str, value: str = "", *, act: str) -> Field:
    """Return a question that is answered in one line."""
    return Field("text_input", name, label, value=value, max_length=200, id=f"{act}-{name}", small=True)


def key_of(request: HttpRequest) -> UUID:
    """Return the key of the form that was sent. Raises FormWorn."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise FormWorn from error


def seen_of(request: HttpRequest) -> int | None:
    """Return the revision that the form was made of, None where it does not say."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None


def said(request: HttpRequest, name: str) -> str:
    """Return what was typed or chosen, bounded."""
    return request.POST.get(name, "").strip()[:MOST_LETTERS]
