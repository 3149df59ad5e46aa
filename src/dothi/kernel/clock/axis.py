"""
Axes: working days, working hours and calendar days, each as one line of whole numbers.

On its axis every rule is arithmetic: due = origin + term + what pauses added. An axis turns an
instant into a position and a position back into the instant at which it is due.
"""

from datetime import date, datetime
from typing import Protocol

from dothi.kernel.calendar import WorkCalendar
from dothi.kernel.clock.types import Amount, ClockRule, Unit, family

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE


class Axis(Protocol):
    """One way of counting. Positions rise with time; `due` inverts `origin` plus an amount."""

    def origin(self, at: datetime) -> int:
        """Return the position from which a limit that begins at `at` is counted."""

    def position(self, at: datetime) -> int:
        """Return how much had been counted at `at`."""

    def due(self, position: int) -> datetime:
        """Return the instant at which a limit that ends at `position` is due."""

    def size(self, amount: Amount) -> int:
        """Return an amount as a length on this axis."""

    def amount(self, length: int) -> Amount:
        """Return a length on this axis as an amount."""

    def late(self, due: datetime, at: datetime) -> int:
        """Return how far `at` lies behind `due`."""


class WorkingDays:
    """
    Whole working days; due when the office closes on the last one.

    The day on which the limit begins is not counted (Civil Code 2015, art. 147(2)). A day belongs to
    whoever holds the dossier, and to the clock if it runs, when the day's clock hours end.
    """

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    def origin(self, at: datetime) -> int:
        """See Axis."""
        return self._calendar.rank(self._calendar.local(at).date())

    def position(self, at: datetime) -> int:
        """See Axis."""
        return self._calendar.days_ended(at)

    def due(self, position: int) -> datetime:
        """See Axis."""
        return self._calendar.closing(self._calendar.day_of_rank(position))

    def size(self, amount: Amount) -> int:
        """See Axis."""
        return amount.count

    def amount(self, length: int) -> Amount:
        """See Axis."""
        return Amount(length, Unit.WORKING_DAYS)

    def late(self, due: datetime, at: datetime) -> int:
        """See Axis."""
        return self.origin(at) - self.origin(due)


class WorkingHours:
    """
    Clock hours to the microsecond, from the very instant (Civil Code 2015, art. 147(1)).

    Shown in minutes: what remains is rounded down, so that nobody is promised time that is not there.
    """

    def __init__(self, calendar: WorkCalendar, hours_per_day: int | None) -> None:
        self._calendar = calendar
        self._hours_per_day = hours_per_day or 8

    def origin(self, at: datetime) -> int:
        """See Axis."""
        return self._calendar.worked(at)

    position = origin

    def due(self, position: int) -> datetime:
        """See Axis."""
        return self._calendar.when_worked(position)

    def size(self, amount: Amount) -> int:
        """See Axis."""
        if amount.unit is Unit.WORKING_DAYS:
            return amount.count * self._hours_per_day * _HOUR
        return amount.count * (_MINUTE if amount.unit is Unit.WORKING_MINUTES else _HOUR)

    def amount(self, length: int) -> Amount:
        """See Axis."""
        return Amount(length // _MINUTE, Unit.WORKING_MINUTES)

    def late(self, due: datetime, at: datetime) -> int:
        """See Axis."""
        return self.origin(at) - self.origin(due)


class CalendarDays:
    """
    Days of the calendar; a limit that ends on a day off ends on the next working day.

    Civil Code 2015, art. 147(2) and 148(5).
    """

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    def origin(self, at: datetime) -> int:
        """See Axis."""
        return self._calendar.local(at).date().toordinal()

    def position(self, at: datetime) -> int:
        """See Axis."""
        return self.origin(at) - 1

    def due(self, position: int) -> datetime:
        """See Axis."""
        last = date.fromordinal(position)
        return self._calendar.closing(self._calendar.working_day_from(last))

    def size(self, amount: Amount) -> int:
        """See Axis."""
        return amount.count

    def amount(self, length: int) -> Amount:
        """See Axis."""
        return Amount(length, Unit.CALENDAR_DAYS)

    def late(self, due: datetime, at: datetime) -> int:
        """See Axis."""
        return self.origin(at) - self.origin(due)


def axis_of(amount: Amount, rule: ClockRule, calendar: WorkCalendar) -> Axis:
    """Return the axis on which `amount` is counted under `rule`."""
    match family(amount.unit, rule.working_day_hours):
        case Unit.WORKING_DAYS:
            return WorkingDays(calendar)
        case Unit.CALENDAR_DAYS:
            return CalendarDays(calendar)
        case _:
            return WorkingHours(calendar, rule.working_day_hours)
