"""
Setting and removing days and hours of calendars.

Each act issues anew the calendar of every unit that it touches, in the same transaction: what
`calendar_of` can ever return is kept under its version before anyone can count with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from dothi.foundation.bitemporal.facts import Change, believe, retract
from dothi.foundation.identity.authority import Actor, ActRule
from dothi.kernel.calendar import DayKind
from dothi.kernel.ids import urn
from dothi.registers.agencies.actions.recording import Act, administers, perform
from dothi.registers.agencies.documents import document_of
from dothi.registers.agencies.errors import DayUnknown
from dothi.registers.agencies.ids import calendar_day_id, hours_id
from dothi.registers.agencies.models import CalendarDay, CalendarIssue, CalendarVersion, Hours
from dothi.registers.agencies.queries.calendars import believed_calendar
from dothi.registers.agencies.queries.units import city_of
from dothi.registers.agencies.types import HoursPurpose, Name, Standing

SET_DAY = administers("agencies.calendar.set-day")
REMOVE_DAY = administers("agencies.calendar.remove-day")
SET_HOURS = administers("agencies.calendar.set-hours")
ENTER = administers("agencies.calendar.enter")


@dataclass(frozen=True)
class Day:
    """
    What a calendar says of a day. `unit_id` None: in all units. `instead_of`: exchanged for that day.

    A proposed day is shown and is not counted: until an instrument orders it, the office is open
    and the applicant is promised no later date than the law in force gives.
    """

    on: date
    kind: DayKind
    name: Name
    source: str
    unit_id: UUID | None = None
    instrument: str = ""
    standing: Standing = Standing.ORDERED
    verified: bool = False
    instead_of: date | None = None


@dataclass(frozen=True)
class OpenHours:
    """Hours of some weekdays (Monday is 0) from `valid_from` until before `valid_to`."""

    purpose: HoursPurpose
    weekdays: tuple[int, ...]
    spans: tuple[tuple[str, str], ...]
    valid_from: date
    valid_to: date
    source: str
    unit_id: UUID | None = None
    verified: bool = False


def set_day(*, day: Day, actor: Actor, at: datetime) -> str | None:
    """
    Set one day of a calendar; return the new version, None when the calendar says so already.

    A unit's administrator sets days of that unit, the city's those of all units. Due dates that
    were promised keep their version. Raises Refused, CalendarInvalid.
    """
    act = _act(actor, SET_DAY, day.unit_id, "calendar-day.set", day.instrument or day.source, at)
    act.facts.update(on=day.on.isoformat(), kind=str(day.kind), standing=str(day.standing))
    return _change(act, [believe(_row(day))], day.unit_id)


def remove_day(*, on: date, unit_id: UUID | None, reason: str, actor: Actor, at: datetime) -> str:
    """Take a row off a calendar; return the new version. Raises Refused, DayUnknown, CalendarInvalid."""
    act = _act(actor, REMOVE_DAY, unit_id, "calendar-day.removed", reason, at)
    act.facts.update(on=on.isoformat())
    version = _change(act, [retract(CalendarDay, calendar_day_id(unit_id, on), _one_day(on))], unit_id)
    if version is None:
        raise DayUnknown(on=on)
    return version


def set_hours(*, hours: OpenHours, actor: Actor, at: datetime) -> str | None:
    """
    Set hours of a unit, or of all, for some weekdays; return the new version, None when they stand so.

    Raises Refused, CalendarInvalid.
    """
    act = _act(actor, SET_HOURS, hours.unit_id, "hours.set", hours.source, at)
    act.facts.update(purpose=str(hours.purpose), weekdays=list(hours.weekdays))
    return _change(act, [believe(_hours(hours))], hours.unit_id)


def enter_calendar(
    *, days: Iterable[Day], hours: Iterable[OpenHours], basis: str, actor: Actor, at: datetime
) -> str | None:
    """
    Enter days and hours of all units at once, e.g. those of a new year; return the new version.

    None when all of it was entered already. Raises Refused, CalendarInvalid; ValueError for a row of
    one unit, which is that unit's administrator's to set.
    """
    days, hours = list(days), list(hours)
    if any(day.unit_id for day in days) or any(row.unit_id for row in hours):
        raise ValueError("only rows of all units")
    changes = [believe(_row(day)) for day in days] + [believe(_hours(row)) for row in hours]
    act = _act(actor, ENTER, None, "calendar.entered", basis, at)
    act.facts.update(rows=len(changes))
    return _change(act, changes, None)


def _act(actor: Actor, rule: ActRule, unit_id: UUID | None, event: str, basis: str, at: datetime) -> Act:
    thing = urn(settings.NODE, "calendar", unit_id or "all")
    holder = unit_id or city_of(at)
    return Act(rule=rule, actor=actor, unit_id=holder, object=thing, event=event, basis=basis, at=at)


def _change(act: Act, changes: Sequence[Change], unit_id: UUID | None) -> str | None:
    with transaction.atomic():
        stamp = perform(act, changes)
        if stamp is None:
            return None
        return _issue(unit_id, stamp)


def _issue(unit_id: UUID | None, stamp: datetime) -> str:
    """Issue the calendars that the change touches, and return the version of the changed one."""
    others = set() if unit_id else _with_their_own()
    versions = {scope: _keep(scope) for scope in [unit_id, *sorted(others)]}
    CalendarIssue.objects.bulk_create(
        CalendarIssue(unit_id=scope, version_id=version, recorded_at=stamp)
        for scope, version in versions.items()
    )
    return versions[unit_id]


def _with_their_own() -> set[UUID]:
    """Return the units whose calendar ever differed from that of all."""
    found = CalendarIssue.objects.filter(unit_id__isnull=False).order_by("unit_id").distinct("unit_id")
    return {unit for unit in found.values_list("unit_id", flat=True) if unit}


def _keep(unit_id: UUID | None) -> str:
    calendar = believed_calendar(unit_id)
    kept = CalendarVersion(version=calendar.version, document=document_of(calendar))
    CalendarVersion.objects.bulk_create([kept], ignore_conflicts=True)
    return calendar.version


def _row(day: Day) -> CalendarDay:
    return CalendarDay(
        key=calendar_day_id(day.unit_id, day.on), valid=_one_day(day.on), unit_id=day.unit_id,
        kind=day.kind.value, standing=day.standing.value, name_vi=day.name.vi, name_en=day.name.en,
        instead_of=day.instead_of, instrument=day.instrument, source=day.source, verified=day.verified,
    )  # fmt: skip


def _hours(row: OpenHours) -> Hours:
    weekdays = ",".join(map(str, row.weekdays))
    return Hours(
        key=hours_id(row.unit_id, row.purpose, weekdays), valid=DateRange(row.valid_from, row.valid_to),
        unit_id=row.unit_id, purpose=row.purpose.value, weekdays=list(row.weekdays),
        spans=[list(span) for span in row.spans], source=row.source, verified=row.verified,
    )  # fmt: skip


def _one_day(on: date) -> DateRange:
    return DateRange(on, on + timedelta(days=1))
