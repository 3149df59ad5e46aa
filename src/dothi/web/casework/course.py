"""The course of a dossier in words: each step with who held it, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.utils.translation import get_language, gettext

from dothi.dossiers.queries import Happened
from dothi.foundation.clock import civil_date
from dothi.procedures.types import Procedure, Text
from dothi.registers.agencies.queries import unit_of
from dothi.web.components.rows import Moment, Tone

TONES: dict[str, Tone] = {"pause": "paused", "request-supplement": "soon", "refuse": "late", "extend": "soon"}


def said(text: Text | str | None, facts: Mapping[str, object] | None = None) -> str:
    """Return a text of a procedure, or a msgid filled with `facts`, in the reader's language."""
    if text is None:
        return ""
    if isinstance(text, Text):
        return text.read(get_language() or "vi")
    return gettext(text) % facts if facts else gettext(text)


def moments(
    procedure: Procedure,
    timeline: Sequence[Happened],
    unit: str,
    promised_on: date | None,
    *,
    notes: bool = False,
) -> list[Moment]:
    """
    Return the steps of a dossier, oldest first; the last one is where it stands now.

    The unit is named where it takes over and where it stands now, not at each of its steps. With
    `notes`, also what officials and applicant wrote about a step, for those who work on it.
    """
    last = len(timeline) - 1
    taken_over = next((place for place, step in enumerate(timeline) if step.post_id), last)
    return [
        Moment(
            title=act_title(procedure, step.act),
            at=step.at,
            holder=unit if step.post_id and place in (taken_over, last) else "",
            text=". ".join(filter(None, (ground_title(procedure, step.ground), step.note if notes else ""))),
            promised_on=promised_on if place == last else None,
            state="now" if place == last else "past",
            tone=TONES.get(step.act, "neutral"),
        )
        for place, step in enumerate(timeline)
    ]


def act_title(procedure: Procedure, act: str) -> str:
    """Return the name of an act as the procedure's document gives it."""
    if act == "draft":
        return gettext("Draft begun")
    return next((said(row.title) for row in procedure.transitions if row.act == act), act)


def state_title(procedure: Procedure, state: str) -> str:
    """Return the name of a state as officials know it."""
    return said(procedure.state(state).title)


def state_public(procedure: Procedure, state: str) -> str:
    """Return what a state means, said to the applicant."""
    return said(procedure.state(state).public)


def ground_title(procedure: Procedure, ground: str) -> str:
    """Return the lawful ground of a pause or a refusal in words."""
    titles = {one.id: one.title for one in procedure.clock.pauses}
    titles |= {one.id: one.title for one in procedure.refusals}
    return said(titles.get(ground))


def unit_name(unit_id: UUID, at: datetime) -> str:
    """Return the name of the unit that holds the dossier."""
    name = _unit(unit_id, civil_date(at))
    return name[1] if get_language() == "en" else name[0]


@lru_cache(maxsize=1024)
def _unit(unit_id: UUID, on: date) -> tuple[str, str]:
    name = unit_of(unit_id, on).name
    return name.vi, name.en
