"""Days of the working calendar as the administrator's pages show and take them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.foundation.identity.authority import Actor, Duty
from dothi.foundation.ledger.queries import Recorded, history_of
from dothi.kernel.calendar import DayKind, WorkCalendar
from dothi.kernel.ids import urn
from dothi.kernel.problems import msg
from dothi.registers.agencies.actions.calendar import Day
from dothi.registers.agencies.models import CalendarDay
from dothi.registers.agencies.queries import days_of
from dothi.registers.agencies.types import Name, Standing
from dothi.web.casework.citations import cited
from dothi.web.components import formats
from dothi.web.components.rows import Column, Fault, Field, Row

LONGEST = 200
KINDS: Mapping[str, str] = {
    DayKind.OFF: msg("Day off"),
    DayKind.WORKING: msg("Worked"),
    DayKind.CLOSED: msg("Office closed"),
    DayKind.NO_RECEPTION: msg("No reception"),
}
ACTS: Mapping[str, str] = {
    "agencies.calendar.set-day": msg("Day set"),
    "agencies.calendar.remove-day": msg("Day withdrawn"),
    "agencies.calendar.set-hours": msg("Hours set"),
    "agencies.calendar.enter": msg("Calendar entered"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A closing day as it was typed: day, month and year, names, and by what it is ordered."""

    day: tuple[str, str, str] = ("", "", "")
    name_vi: str = ""
    name_en: str = ""
    instrument: str = ""

    @property
    def on(self) -> date | None:
        """Return the day, None where the three numbers are none."""
        day, month, year = self.day
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Past:
    """One act on the calendar, as the ledger has it."""

    what: str
    on: str
    basis: str
    at: datetime


def typed_in(sent: QueryDict) -> Typed:
    """Return what was typed, bounded."""
    day = [sent.get(f"on-{part}", "").strip()[:4] for part in ("day", "month", "year")]
    texts = (sent.get(name, "").strip()[:LONGEST] for name in ("name_vi", "name_en", "instrument"))
    return Typed((day[0], day[1], day[2]), *texts)


def faults(typed: Typed, calendar: WorkCalendar) -> dict[str, str]:
    """Return by field what keeps this day from being set, every fault at once."""
    found = {
        "on": _fault_of_day(typed.on, calendar),
        "name_vi": "" if typed.name_vi else gettext("Write why the office is closed, for the applicants"),
        "instrument": "" if typed.instrument else gettext("Write the decision that orders it"),
    }
    return {name: said for name, said in found.items() if said}


def _fault_of_day(on: date | None, calendar: WorkCalendar) -> str:
    if on is None:
        return gettext("Write a day that exists, as day, month and year")
    if not calendar.valid_from <= on < calendar.valid_to:
        return gettext("The calendar of that year has not been entered yet")
    return "" if calendar.is_working_day(on) else gettext("That day is no working day already")


def fields(typed: Typed, wrong: Mapping[str, str]) -> list[Field]:
    """Return the form of a closing day."""

    def text(name: str, label: str, hint: str, value: str, *, optional: bool = False) -> Field:
        return Field("text_input", name, label, hint, value, wrong.get(name, ""), max_length=LONGEST,
                     optional=optional)  # fmt: skip

    return [
        Field("date_input", "on", gettext("Day"), value=typed.day, error=wrong.get("on", "")),
        text("name_vi", gettext("Why the office is closed, in Vietnamese"),
             gettext("Applicants read it beside the date that was promised to them."), typed.name_vi),
        text("name_en", gettext("The same in English"), "", typed.name_en, optional=True),
        text("instrument", gettext("Ordered by"), gettext("Number and date of the decision."),
             typed.instrument),
    ]  # fmt: skip


def summary(wrong: Mapping[str, str]) -> list[Fault]:
    """Return the faults for the summary at the top."""
    return [Fault(said, name) for name, said in wrong.items()]


def closing(typed: Typed, unit_id: UUID) -> Day:
    """Return the closing day that was typed; it has no fault."""
    assert typed.on is not None
    name = Name(typed.name_vi, typed.name_en or typed.name_vi)
    return Day(typed.on, DayKind.CLOSED, name, typed.instrument, unit_id, instrument=typed.instrument,
               verified=True)  # fmt: skip


def administered(actor: Actor) -> UUID | None:
    """Return the unit whose calendar the actor keeps, if any."""
    return next((held.unit_id for held in actor.holdings if held.duty is Duty.ADMINISTER), None)


def columns() -> list[Column]:
    """Return the columns of a year's days."""
    labels = (gettext("Day"), gettext("What it is"), gettext("For whom"), gettext("Name"), gettext("Source"))
    narrow = (True, True, True, False, False)
    return [Column(label, narrow=is_narrow) for label, is_narrow in zip(labels, narrow, strict=True)]


def rows(unit_id: UUID, year: int, *, keeps: bool) -> list[Row]:
    """Return the days of a year; those of the unit itself lead to their withdrawal where one `keeps` them."""
    found = days_of(unit_id, date(year, 1, 1), date(year + 1, 1, 1))
    return [_row(row, own=row.unit_id == unit_id, keeps=keeps) for row in found]


def _row(row: CalendarDay, *, own: bool, keeps: bool) -> Row:
    on = row.valid.lower
    name = row.name_en if get_language() == "en" else row.name_vi
    whose = gettext("This office") if own else gettext("All offices")
    url = reverse("desk:calendar-withdraw", args=[on]) if own and keeps else ""
    return Row([formats.weekday(on), _kind(row), whose, name, _source(row)], url=url, id=f"day-{on}")


def _kind(row: CalendarDay) -> str:
    said, proposed = gettext(KINDS[row.kind]), gettext("proposed, not counted")
    return f"{said} ({proposed})" if row.standing == Standing.PROPOSED else said


def _source(row: CalendarDay) -> str:
    """Return by what a day is ordered, and whether somebody has held it against the instrument."""
    unsure = "" if row.verified else gettext("not verified")
    return ", ".join(filter(None, (cited(row.instrument or row.source), unsure)))


def history(unit_id: UUID) -> list[Past]:
    """Return what was done to the unit's own calendar, newest first; nothing is ever taken out of it."""
    return [_past(one) for one in history_of(urn(settings.NODE, "calendar", unit_id), limit=50)]


def years(calendar: WorkCalendar, year: int) -> list[tuple[int, str]]:
    """Return the years that were entered with their addresses; the present one without."""
    last = calendar.valid_to.year if calendar.valid_to > date(calendar.valid_to.year, 1, 1) else (
        calendar.valid_to.year - 1
    )  # fmt: skip
    every: Sequence[int] = range(calendar.valid_from.year, last + 1)
    return [(one, "" if one == year else "?" + urlencode({"year": one})) for one in every]


def _past(one: Recorded) -> Past:
    facts = one.said.get("facts", {})
    on = date.fromisoformat(str(facts["on"])) if facts.get("on") else None
    act = str(one.said["act"])
    what = gettext(ACTS[act]) if act in ACTS else act
    return Past(
        what,
        formats.weekday(on),
        str(one.said.get("basis", "")),
        datetime.fromisoformat(str(one.said["occurred_at"])),
    )
