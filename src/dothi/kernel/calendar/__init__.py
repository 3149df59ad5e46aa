"""
The working calendar of one office: which days and hours count, and which days its counter is open.

A value built from dated rows. Nothing here knows a holiday: the Prime Minister decides swaps and the
days of Tết year by year (Labour Code 2019, art. 112), so rows are data with their source, kept by
`registers.agencies`, and the calendar refuses to answer for days that nobody has entered.

    rows   what is entered: days that differ from the week, hours
    value  `WorkCalendar`, which answers
"""

from dothi.kernel.calendar.rows import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    CalendarInvalid,
    DayKind,
    DayRow,
    HoursRow,
    OutsideCalendar,
)
from dothi.kernel.calendar.value import WorkCalendar

__all__ = [
    "EVERY_DAY",
    "MONDAY_TO_FRIDAY",
    "CalendarInvalid",
    "DayKind",
    "DayRow",
    "HoursRow",
    "OutsideCalendar",
    "WorkCalendar",
]
