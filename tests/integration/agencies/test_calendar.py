"""The calendar as audited data: who may change it, and what a change leaves alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dothi.foundation.bitemporal.facts import believe, record
from dothi.foundation.identity.authority import SYSTEM, Actor, Duty, Holding, Kind
from dothi.foundation.identity.errors import DutyMissing, OtherUnit, Refused
from dothi.kernel.calendar import CalendarInvalid, DayKind, OutsideCalendar
from dothi.kernel.ids import PostId, UnitId, new_id
from dothi.registers.agencies import seed
from dothi.registers.agencies.actions.calendar import (
    Day,
    OpenHours,
    enter_calendar,
    remove_day,
    set_day,
    set_hours,
)
from dothi.registers.agencies.documents import document_of, from_document
from dothi.registers.agencies.errors import CalendarUnknown, DayUnknown
from dothi.registers.agencies.models import CalendarDay, CalendarIssue, Unit
from dothi.registers.agencies.queries import calendar_of, calendar_version, days_of
from dothi.registers.agencies.types import HoursPurpose, Name, Standing
from tests.support.threads import together

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)
CITY, WARD, OTHER = UnitId(new_id()), UnitId(new_id()), UnitId(new_id())
FLOOD = date(2026, 12, 1)


@pytest.fixture
def units(db: None) -> None:
    always = DateRange(date(2025, 7, 1), None)

    def unit(key: UUID, kind: str, parent: UUID | None) -> Unit:
        return Unit(key=key, valid=always, kind=kind, code="H26", name_vi=kind, name_en=kind,
                    parent_id=parent, sort_key=kind, verified=False)  # fmt: skip

    rows = [unit(CITY, "city", None), unit(WARD, "ward", CITY), unit(OTHER, "ward", CITY)]
    record([believe(row) for row in rows], at=AT)


in_the_city = pytest.mark.usefixtures("calendar", "units")


def official(unit: UnitId, duty: Duty = Duty.ADMINISTER) -> Actor:
    held = Holding(PostId(new_id()), unit, duty, frozenset(), date(2025, 7, 1))
    return Actor(Kind.OFFICIAL, new_id(), new_id(), 2, (held,))


def closing(unit: UnitId | None = WARD, on: date = FLOOD) -> Day:
    return Day(on, DayKind.CLOSED, Name("Ngập", "Flood"), "decision of the ward", unit, instrument="QĐ 1")


@in_the_city
class TestTheSeed:
    @pytest.mark.law("Labour Code 45/2019/QH14, art. 112")
    @pytest.mark.parametrize(
        ("day", "working"),
        [
            (date(2026, 8, 22), True),  # a Saturday worked in exchange
            (date(2026, 8, 31), False),
            (date(2026, 1, 2), False),  # the exchange that the package misses
            (date(2026, 1, 10), True),
            (date(2026, 9, 2), False),
            (date(2026, 11, 24), True),  # proposed only: the office is open until the law is amended
            (date(2026, 11, 21), False),  # a Saturday like any other
        ],
    )
    def test_knows_the_day(self, day: date, working: bool) -> None:
        assert calendar_of(WARD, AT).is_working_day(day) is working

    def test_counts_the_vectors_of_2026(self) -> None:
        found = calendar_of(WARD, AT)
        assert found.add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
        assert found.add_working_days(date(2026, 8, 28), 3) == date(2026, 9, 7)

    def test_refuses_a_year_that_nobody_has_entered(self) -> None:
        with pytest.raises(OutsideCalendar):
            calendar_of(WARD, AT).is_working_day(date(2028, 1, 3))

    def test_shows_what_is_proposed_and_what_is_not_verified(self) -> None:
        (row,) = days_of(WARD, date(2026, 11, 1), date(2026, 12, 1))
        assert (row.standing, row.verified) == (Standing.PROPOSED, False)

    def test_is_entered_once_however_often_it_is_loaded(self) -> None:
        again = enter_calendar(days=seed.days(), hours=seed.hours(), basis="", actor=SYSTEM, at=AT)
        assert again is None
        assert CalendarIssue.objects.count() == 1


@in_the_city
class TestSetDay:
    def test_changes_the_calendar_of_the_unit_alone(self) -> None:
        others = calendar_of(OTHER, AT).version
        version = set_day(day=closing(), actor=official(WARD), at=AT)
        assert calendar_of(WARD, LATER).version == version
        assert not calendar_of(WARD, LATER).is_working_day(FLOOD)
        assert calendar_of(OTHER, LATER).version == others

    def test_of_all_units_reaches_a_unit_with_days_of_its_own(self) -> None:
        set_day(day=closing(), actor=official(WARD), at=AT)
        set_day(day=closing(None, date(2026, 12, 2)), actor=official(CITY), at=AT)
        for unit, closed in [(WARD, 2), (OTHER, 1)]:
            found = calendar_of(unit, AT + timedelta(seconds=1))
            assert sum(row.kind is DayKind.CLOSED for row in found.days) == closed

    def test_leaves_promised_due_dates_alone(self) -> None:
        promised = calendar_of(WARD, AT)
        due = promised.add_working_days(date(2026, 11, 30), 3)
        set_day(day=closing(), actor=official(WARD), at=AT + timedelta(hours=1))
        assert calendar_of(WARD, AT + timedelta(hours=2)).add_working_days(date(2026, 11, 30), 3) > due
        calendar_version.cache_clear()
        assert calendar_version(promised.version).add_working_days(date(2026, 11, 30), 3) == due
        assert calendar_of(WARD, AT).version == promised.version

    def test_writes_its_ledger_entry_and_its_event(self) -> None:
        before = _written()
        set_day(day=closing(), actor=official(WARD), at=AT)
        assert [now - then for now, then in zip(_written(), before, strict=True)] == [1, 1]

    def test_writes_nothing_when_the_calendar_says_so_already(self) -> None:
        set_day(day=closing(), actor=official(WARD), at=AT)
        before = _written()
        assert set_day(day=closing(), actor=official(WARD), at=AT) is None
        assert _written() == before

    def test_refuses_a_day_that_contradicts_the_week_and_writes_nothing(self) -> None:
        before = _written()
        monday = Day(date(2026, 11, 30), DayKind.WORKING, Name("", ""), "", WARD)
        with pytest.raises(CalendarInvalid), transaction.atomic():
            set_day(day=monday, actor=official(WARD), at=AT)
        assert _written() == before
        assert not CalendarDay.objects.filter(unit_id=WARD).exists()

    @pytest.mark.parametrize(
        ("actor", "unit", "refusal"),
        [
            (official(WARD), None, OtherUnit),
            (official(OTHER), WARD, OtherUnit),
            (official(WARD, Duty.SIGN), WARD, DutyMissing),
            (Actor(Kind.RESIDENT, new_id(), new_id(), 2), WARD, Refused),
            (Actor(Kind.ANONYMOUS), WARD, Refused),
        ],
    )
    def test_refuses_who_does_not_administer_the_unit(
        self, actor: Actor, unit: UnitId | None, refusal: type[Refused]
    ) -> None:
        with pytest.raises(refusal):
            set_day(day=closing(unit), actor=actor, at=AT)


@in_the_city
class TestSetHours:
    def test_moves_the_hours_of_the_unit_alone(self) -> None:
        spans = (("07:30", "11:30"), ("13:30", "17:30"))
        summer = OpenHours(HoursPurpose.CLOCK, (0, 1, 2, 3, 4), spans, FLOOD, date(2027, 6, 1), "", WARD)
        set_hours(hours=summer, actor=official(WARD), at=AT)
        assert calendar_of(WARD, LATER).opening(FLOOD).hour == 0
        assert calendar_of(OTHER, LATER).opening(FLOOD).hour == 1

    def test_does_not_let_the_city_enter_rows_of_one_unit(self) -> None:
        with pytest.raises(ValueError, match="all units"):
            enter_calendar(days=[closing()], hours=[], basis="", actor=official(CITY), at=AT)


class TestManyAtOnce:
    def test_keeps_every_day_that_was_set(self, fresh_database: str) -> None:
        enter_calendar(days=seed.days(), hours=seed.hours(), basis=seed.BASIS, actor=SYSTEM, at=AT)
        record([believe(_ward())], at=AT)
        on = [FLOOD + timedelta(days=number) for number in range(8)]
        together(lambda number: set_day(day=closing(WARD, on[number]), actor=SYSTEM, at=AT))
        closed = {row.on for row in calendar_of(WARD, LATER).days if row.kind is DayKind.CLOSED}
        assert closed == set(on)


@in_the_city
class TestRemoveDay:
    def test_gives_the_day_back(self) -> None:
        before = calendar_of(WARD, AT).version
        set_day(day=closing(), actor=official(WARD), at=AT)
        assert remove_day(on=FLOOD, unit_id=WARD, reason="dry", actor=official(WARD), at=AT) == before

    def test_refuses_a_day_that_is_not_there(self) -> None:
        with pytest.raises(DayUnknown):
            remove_day(on=FLOOD, unit_id=WARD, reason="", actor=official(WARD), at=AT)


@in_the_city
class TestCalendarOf:
    def test_needs_one_statement_once_the_version_is_known(self) -> None:
        calendar_of(WARD, AT)
        with CaptureQueriesContext(connection) as statements:
            calendar_of(WARD, AT)
        assert len(statements) == 1

    def test_refuses_a_version_that_never_was(self) -> None:
        with pytest.raises(CalendarUnknown):
            calendar_version("0" * 64)

    @pytest.mark.parametrize("table", ["calendarversion", "calendarissue"])
    @pytest.mark.parametrize("verb", ["delete from", "truncate"])
    def test_keeps_what_was_issued(self, table: str, verb: str) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{verb} agencies_{table}")

    def test_is_read_from_its_document_as_it_was_written(self) -> None:
        found = calendar_of(WARD, AT)
        assert from_document(document_of(found)).version == found.version


@in_the_city
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.dates(date(2026, 12, 1), date(2026, 12, 12)), st.booleans()), max_size=6))
def test_every_version_that_was_ever_issued_can_be_read_again(changes: list[tuple[date, bool]]) -> None:
    """Whatever order days are set and removed in, each version returned keeps its answer."""
    issued: dict[str, date] = {}
    with transaction.atomic():
        for step, (on, remove) in enumerate(changes):
            at = AT + timedelta(minutes=step)
            if remove and CalendarDay.objects.filter(unit_id=WARD, valid__contains=on).exists():
                remove_day(on=on, unit_id=WARD, reason="", actor=SYSTEM, at=at)
            else:
                set_day(day=closing(WARD, on), actor=SYSTEM, at=at)
            found = calendar_of(WARD, at)
            issued[found.version] = found.add_working_days(date(2026, 11, 27), 5)
        calendar_version.cache_clear()
        for version, due in issued.items():
            assert calendar_version(version).add_working_days(date(2026, 11, 27), 5) == due
        transaction.set_rollback(True)


def _ward() -> Unit:
    always = DateRange(date(2025, 7, 1), None)
    return Unit(
        key=WARD, valid=always, kind="ward", code="", name_vi="", name_en="", sort_key="", verified=False
    )


def _written() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select (select count(*) from ledger_entry), (select count(*) from events_outbox)")
        return list(cursor.fetchone())
