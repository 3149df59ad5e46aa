"""Work that failed for good, as rows of a table and in a sentence."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext

from dothi.foundation.jobs.queries import DeadLetter
from dothi.web.backoffice import words
from dothi.web.components.rows import Column, Row


def columns() -> list[Column]:
    """Return the columns of the list."""
    narrow = (gettext("What was to be done"), gettext("Failed last"), gettext("Tried"))
    return [
        *(Column(label, narrow=True, numeric=number == 2) for number, label in enumerate(narrow)),
        Column(gettext("Of what")),
        Column(gettext("What went wrong")),
    ]


def rows(found: Sequence[DeadLetter]) -> list[Row]:
    """Return work as rows; each leads to where it is tried again."""
    return [
        Row([one.name, words.when(one.failed_at), one.attempts, ids(one), one.reason],
            url=reverse("backoffice:wake", args=[one.number]), id=f"work-{one.number}")
        for one in found
    ]  # fmt: skip


def ids(one: DeadLetter) -> str:
    """Return of what the work is, by the ids that it carries."""
    return ", ".join(f"{name} {value}" for name, value in sorted(one.ids.items()))


def about(one: DeadLetter) -> str:
    """Return in a sentence what failed, when, and why."""
    told = {
        "times": one.attempts,
        "when": words.when(one.failed_at),
        "why": one.reason or "?",
        "of": ids(one),
    }
    return gettext("Tried %(times)s times, last %(when)s: %(why)s. It is about: %(of)s.") % told
