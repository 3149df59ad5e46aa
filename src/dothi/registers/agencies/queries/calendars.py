"""
Calendars: the one in force for a unit, any one that ever was, and the days behind it.

A calendar is asked for by unit and instant, and given whole, with the hash of its content as its
version. What was issued once can be read again for ever: a dossier keeps the version under which
its due date was promised.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from dothi.foundation.statements import Row, Statement, ask
from dothi.kernel.calendar import DayKind, DayRow, HoursRow, WorkCalendar
from dothi.registers.agencies.documents import from_document, spans_of
from dothi.registers.agencies.errors import CalendarUnknown
from dothi.registers.agencies.models import CalendarDay, CalendarVersion, Hours
from dothi.registers.agencies.types import HoursPurpose, Standing

# Before anything was issued the first calendar answers: its days are facts of law about years, and
# a node that was installed today still has to count the dossiers of last week.
_IN_FORCE = """
select version_id from agencies_calendarissue
where unit_id = %(unit)s or unit_id is null
order by recorded_at > %(at)s,
         case when recorded_at <= %(at)s then unit_id is null end,
         case when recorded_at <= %(at)s then recorded_at end desc,
         recorded_at
limit 1
"""


def calendar_of(unit_id: UUID, at: datetime) -> WorkCalendar:
    """
    Return the calendar of a unit as it was known at the aware instant `at`.

    One statement, and one more for each version that this process has not seen. Raises CalendarUnknown.
    """
    return calendar_told(unit_id, ask(calendar_asked(unit_id, at))[0])


def calendar_asked(unit_id: UUID, at: datetime) -> Statement:
    """Return the statement of `calendar_of`, for who asks more at once; `calendar_told` reads its answer."""
    return Statement(_IN_FORCE, {"unit": unit_id, "at": at})


def calendar_told(unit_id: UUID, rows: Sequence[Row]) -> WorkCalendar:
    """Return the calendar that the answer to `calendar_asked` names. Raises CalendarUnknown."""
    if not rows:
        raise CalendarUnknown(unit=unit_id)
    return calendar_version(rows[0][0])


@lru_cache(maxsize=256)
def calendar_version(version: str) -> WorkCalendar:
    """Return a calendar that was in force once; one statement. Raises CalendarUnknown."""
    found = CalendarVersion.objects.filter(version=version).first()
    if found is None:
        raise CalendarUnknown(version=version)
    return from_document(found.document)


def days_of(unit_id: UUID | None, from_on: date, to_on: date) -> list[CalendarDay]:
    """
    Return the rows of all units and of one, also proposed ones, from `from_on` until before `to_on`.

    Ordered by day, those of all units first; one statement.
    """
    mine = Q(unit_id__isnull=True) | Q(unit_id=unit_id)
    found = CalendarDay.objects.filter(mine, valid__startswith__gte=from_on, valid__startswith__lt=to_on)
    return sorted(found.order_by("key"), key=lambda row: (row.valid.lower, row.unit_id is not None))


def believed_calendar(unit_id: UUID | None) -> WorkCalendar:
    """
    Return the calendar that the rows believed now make up; two statements.

    It reaches as far as the clock hours that were entered: a year whose days nobody has entered
    has none, so that the clock refuses to count in it. Raises CalendarInvalid, CalendarUnknown.
    """
    hours = list(Hours.objects.filter(Q(unit_id__isnull=True) | Q(unit_id=unit_id)).order_by("valid", "key"))
    common = [row.valid for row in hours if row.unit_id is None and row.purpose == HoursPurpose.CLOCK]
    if not common:
        raise CalendarUnknown(unit=unit_id)
    start, end = min(valid.lower for valid in common), max(valid.upper for valid in common)
    return WorkCalendar(
        valid_from=start, valid_to=end,
        days=tuple(_day(row) for row in days_of(unit_id, start, end) if row.standing == Standing.ORDERED),
        clock_hours=_hours(hours, HoursPurpose.CLOCK),
        reception_hours=_hours(hours, HoursPurpose.RECEPTION),
    )  # fmt: skip


def _day(row: CalendarDay) -> DayRow:
    source = row.instrument or row.source
    return DayRow(row.valid.lower, DayKind(row.kind), row.name_vi, source, row.verified, row.instead_of)


def _hours(rows: list[Hours], purpose: HoursPurpose) -> tuple[HoursRow, ...]:
    """Return the hours for one purpose, those of the unit last: of several that fit, the last holds."""
    chosen = sorted((row for row in rows if row.purpose == purpose), key=lambda row: row.unit_id is not None)
    return tuple(
        HoursRow(
            spans_of(row.spans),
            row.valid.lower,
            row.valid.upper,
            row.source,
            tuple(row.weekdays),
            row.verified,
        )
        for row in chosen
    )
