"""What a center asks of an agency, as both show it: how it stands, and the agency's name."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import get_language, gettext

from dothi.incidents.assignments.types import AssignmentRow, State
from dothi.web.components.rows import Tone

_TONES: Mapping[State, Tone] = {
    State.GIVEN: "soon", State.ACCEPTED: "neutral", State.DONE: "good", State.WITHDRAWN: "paused"
}  # fmt: skip


def agency(row: AssignmentRow) -> str:
    """Return what the agency was called then, in the reader's language."""
    return row.agency_en if get_language() == "en" else row.agency_vi


def standing(row: AssignmentRow, at: datetime, words: Mapping[State, str], overdue: str) -> tuple[str, Tone]:
    """Return how it stands, as a tag in the words of who looks; overdue before all."""
    return (gettext(overdue), "late") if row.overdue(at) else (gettext(words[row.state]), _TONES[row.state])
