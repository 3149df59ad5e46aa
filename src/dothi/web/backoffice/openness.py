"""What everybody may read, as rows of a table; and the types that may be published."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext

from dothi.foundation.clients.types import RightRow
from dothi.sectors.models import iri, models
from dothi.web.backoffice import words
from dothi.web.backoffice.forms import Form
from dothi.web.components.rows import Choice, Column, Field, Row


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column(gettext("Type"), narrow=True),
        Column(gettext("Since"), narrow=True),
        Column(gettext("Reason")),
    ]


def rows(found: Sequence[RightRow]) -> list[Row]:
    """Return published types as rows; each leads to where it is closed."""
    return [
        Row([named(one), words.when(one.valid_from), one.terms.basis],
            url=reverse("backoffice:withdraw", args=[one.id]), id=f"right-{one.id}")
        for one in sorted(found, key=named)
    ]  # fmt: skip


def named(one: RightRow) -> str:
    """Return the types of a right by their names, what has none by its IRI."""
    known = {model.iri: model.name for model in models().values()}
    return ", ".join(known.get(told, told) for told in one.terms.types or ())


def closed(found: Sequence[RightRow]) -> list[str]:
    """Return the names of the types that are not public."""
    public = {told for one in found for told in one.terms.types or ()}
    return sorted(model.name for model in models().values() if model.iri not in public)


def may_publish(form: Form, closed: Sequence[str], found: Sequence[RightRow]) -> bool:
    """Tell whether the type that was sent is closed, or is open by what this very form has done before."""
    name, reason = form.typed["type"], form.typed["reason"]
    if name in closed or name not in models():
        return name in closed
    return any(iri(name) in (one.terms.types or ()) and one.terms.basis == reason for one in found)


def choice(form: Form, names: Sequence[str]) -> Field:
    """Return the question which type is to be published."""
    choices = [Choice("", gettext("Choose one")), *(Choice(name, name) for name in names)]
    return Field(
        "select", "type", gettext("Type"), value=form.typed["type"], error=form.wrong.get("type", ""),
        choices=choices,
    )  # fmt: skip
