"""What is entered into a calendar, each row with its source, and what cannot be entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise

from dothi.kernel.problems import Invalid, Unavailable, msg

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)

Spans = tuple[tuple[time, time], ...]


class OutsideCalendar(Unavailable):
    """The calendar has no data for the day `on`; it has data from `valid_from` until before `valid_to`."""

    slug = "outside-calendar"
    title = msg("The working days of %(year)s have not been entered yet")
    way_out = msg("Ask the administrator of the office to enter the working days of that year.")


class CalendarInvalid(Invalid):
    """The rows contradict each other; `reason` says how."""

    slug = "calendar-invalid"
    title = msg("This working calendar contradicts itself")
    way_out = msg("Correct the rows that are named and save again.")


class DayKind(StrEnum):
    """What a row says of its day. Only `NO_RECEPTION` leaves the day a working day as it was."""

    OFF = "off"  # a holiday, or a day given in exchange: nobody works, nothing counts
    WORKING = "working"  # a Saturday or Sunday worked in exchange for another day: it counts
    CLOSED = "closed"  # this office is closed by decision: it does not work, nothing counts
    NO_RECEPTION = "no-reception"  # the counter is closed, the office works: the day counts


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day that differs from the week. `instead_of` is the day it was exchanged for."""

    on: date
    kind: DayKind
    name: str
    source: str
    verified: bool = False
    instead_of: date | None = None


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Hours of the days in `weekdays` (Monday is 0), from `valid_from` until before `valid_to`."""

    spans: Spans
    valid_from: date
    valid_to: date
    source: str
    weekdays: tuple[int, ...] = EVERY_DAY
    verified: bool = False


def spans_on(rows: Sequence[HoursRow], on: date, weekday: int) -> Spans:
    """Return the spans of the last row that fits the day, taken as `weekday`; none when no row does."""
    for row in reversed(rows):
        if row.valid_from <= on < row.valid_to and weekday in row.weekdays:
            return row.spans
    return ()


def check_day(row: DayRow, valid_from: date, valid_to: date, week: Sequence[int]) -> None:
    """Raise CalendarInvalid when a row lies outside the period or makes a working day work."""
    if not valid_from <= row.on < valid_to:
        raise CalendarInvalid(reason=f"{row.on} lies outside the calendar's period")
    if row.kind is DayKind.WORKING and row.on.weekday() in week:
        raise CalendarInvalid(reason=f"{row.on} is a working day anyway")


def check_hours(row: HoursRow) -> None:
    """Raise CalendarInvalid when the spans are empty, overlap or run backwards."""
    edges = [edge for span in row.spans for edge in span]
    if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
        raise CalendarInvalid(reason=f"the hours from {row.valid_from} do not rise")
