"""The legal clock in words: one chip for a line of a list, and the steps that explain a date."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils.translation import get_language, gettext, ngettext

from dothi.kernel.clock import Amount, ClockReading, ClockState, Unit, explain
from dothi.web.components import formats
from dothi.web.components.rows import ClockChip, Tone

NBSP = "\N{NO-BREAK SPACE}"
SOON = 1
"""So many working days or fewer left are "soon": the last day on which an apology may still be sent."""


def chip(reading: ClockReading) -> ClockChip:
    """Return the clock as one chip: tone, words, and the day that was promised."""
    return ClockChip(_tone(reading), _words(reading), reading.due_on)


def promised(reading: ClockReading) -> date | None:
    """Return the day that is still promised; None once it is done."""
    return None if reading.state is ClockState.FINISHED else reading.due_on


def explanation(reading: ClockReading) -> list[str]:
    """Return why the dossier is due when it is, one sentence a step, in the reader's language."""
    return [gettext(step.msgid) % _facts(step.facts) for step in explain(reading)]


def in_words(amount: Amount) -> str:
    """Return an amount of time in words, e.g. "2 ngày làm việc"."""
    count = amount.count
    match amount.unit:
        case Unit.WORKING_DAYS:
            return ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count}
        case Unit.WORKING_HOURS:
            return ngettext("%(count)s working hour", "%(count)s working hours", count) % {"count": count}
        case Unit.WORKING_MINUTES:
            return ngettext("%(count)s working minute", "%(count)s working minutes", count) % {"count": count}
        case _:
            return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _tone(reading: ClockReading) -> Tone:
    if reading.is_late:
        return "late"
    match reading.state:
        case ClockState.PAUSED | ClockState.AWAITING_APPLICANT:
            return "paused"
        case ClockState.RUNNING:
            left = reading.remaining.count if reading.remaining else 0
            return "soon" if left <= SOON else "good"
        case ClockState.FINISHED:
            return "good"
        case _:
            return "neutral"


def _words(reading: ClockReading) -> str:
    if reading.late_by is not None:
        count = reading.late_by.count
        return gettext("Late by %(time)s") % {"time": in_words(reading.late_by)} if count else gettext("Late")
    match reading.state:
        case ClockState.RUNNING if reading.remaining is not None:
            return gettext("%(time)s left") % {"time": in_words(reading.remaining)}
        case ClockState.PAUSED:
            return gettext("Paused")
        case ClockState.AWAITING_APPLICANT:
            return gettext("Waiting for the applicant")
        case ClockState.WAITING:
            return _answer_by(reading.answer_due_at)
        case ClockState.FINISHED:
            return gettext("Done in time")
        case ClockState.STOPPED:
            return gettext("Ended")
        case _:
            return gettext("Not filed yet")


def _answer_by(at: datetime | None) -> str:
    if at is None:
        return gettext("Waiting to be checked")
    return gettext("To be answered by %(day)s") % {"day": formats.weekday(at)}


def _facts(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> object:
    match value:
        case Amount():
            return in_words(value)
        case datetime():
            return formats.moment(value)
        case date():
            # "Thứ" and "Hai" stay on one line.
            return formats.weekday(value).replace(" ", NBSP, 1)
        case time():
            return f"{value:%H:%M}"
        case Mapping():
            return value.get(get_language() or "vi") or value.get("vi", "")
        case _:
            return value
