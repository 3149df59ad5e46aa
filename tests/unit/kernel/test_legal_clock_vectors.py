"""Dates that a person has counted by hand."""

from datetime import date, time

import pytest

from dothi.kernel.clock import (
    Amount,
    ClockEvent,
    ClockEventKind,
    ClockReading,
    ClockRule,
    StepKind,
    Unit,
    read,
)
from tests.unit.kernel.calendars import CITY, at

DECREE_61 = "Decree 61/2018/ND-CP"


def accepted(local: str, count: int, unit: Unit = Unit.WORKING_DAYS, cutoff: str = "15:00") -> ClockReading:
    """The reading right after accepting, with the limit `count` of `unit`."""
    rule = ClockRule(Amount(count, unit), DECREE_61, cutoff=time.fromisoformat(cutoff) if cutoff else None)
    event = ClockEvent(ClockEventKind.ACCEPTED, at(local))
    return read(rule, CITY, [event], event.at)


@pytest.mark.law("Decree 61/2018/ND-CP, art. 17; Civil Code 2015, art. 147(2)")
class TestWorkingDays:
    @pytest.mark.parametrize(
        ("accepted_at", "count", "due_on"),
        [
            ("2026-08-21 10:00", 1, "2026-08-22"),  # a working Saturday
            ("2026-08-28 10:00", 3, "2026-09-07"),  # the long weekend of National Day
            ("2026-01-09 10:00", 1, "2026-01-10"),  # the Saturday worked for 2 January
            ("2026-01-09 10:00", 2, "2026-01-12"),
            ("2026-02-13 10:00", 1, "2026-02-23"),  # Tết
            ("2026-11-18 09:00", 5, "2026-11-25"),
            ("2026-12-31 09:00", 1, "2027-01-04"),
        ],
    )
    def test_due_on_the_day_a_wall_calendar_shows(self, accepted_at: str, count: int, due_on: str) -> None:
        assert accepted(accepted_at, count).due_on == date.fromisoformat(due_on)

    def test_due_when_the_office_closes(self) -> None:
        assert accepted("2026-08-21 10:00", 1).due_at == at("2026-08-22 17:00")

    def test_forwards_on_the_next_working_day_what_comes_after_fifteen_hours(self) -> None:
        reading = accepted("2026-12-30 15:30", 1)
        forwarded = next(step for step in reading.steps if step.kind is StepKind.FORWARDED)
        assert forwarded.facts["forwarded_on"] == date(2026, 12, 31)
        assert forwarded.facts["forwarded_at"] == at("2026-12-31 07:00")
        assert reading.due_on == date(2027, 1, 4)

    @pytest.mark.parametrize(("minute", "due_on"), [("14:59", "2026-03-04"), ("15:00", "2026-03-05")])
    def test_moves_at_fifteen_hours_sharp(self, minute: str, due_on: str) -> None:
        assert accepted(f"2026-03-03 {minute}", 1).due_on == date.fromisoformat(due_on)

    def test_counts_sunday_as_the_next_working_day(self) -> None:
        assert accepted("2026-03-08 20:00", 1).due_on == date(2026, 3, 10)


class TestWorkingHours:
    @pytest.mark.law("Civil Code 2015, art. 147(1)")
    @pytest.mark.parametrize(
        ("accepted_at", "count", "due_at"),
        [
            ("2026-03-03 10:00", 8, "2026-03-04 10:00"),
            ("2026-03-03 10:00", 2, "2026-03-03 14:00"),
            ("2026-03-03 09:30", 2, "2026-03-03 11:30"),
            ("2026-03-06 10:00", 8, "2026-03-09 10:00"),
            ("2026-03-03 12:00", 1, "2026-03-03 14:30"),
            ("2026-03-03 06:00", 8, "2026-03-03 17:00"),
        ],
    )
    def test_runs_only_in_clock_hours(self, accepted_at: str, count: int, due_at: str) -> None:
        assert accepted(accepted_at, count, Unit.WORKING_HOURS).due_at == at(due_at)

    def test_counts_eight_hours_as_a_day(self) -> None:
        rule = ClockRule(Amount(2), DECREE_61, working_day_hours=8)
        event = ClockEvent(ClockEventKind.ACCEPTED, at("2026-08-28 10:00"))
        assert read(rule, CITY, [event], event.at).due_at == at("2026-09-04 10:00")


@pytest.mark.law("Civil Code 2015, art. 147(2) and 148(5)")
class TestCalendarDays:
    @pytest.mark.parametrize(
        ("accepted_at", "count", "due_on"),
        [
            ("2026-03-02 10:00", 3, "2026-03-05"),
            ("2026-03-04 10:00", 3, "2026-03-09"),  # ends on a Saturday
            ("2026-08-28 10:00", 3, "2026-09-03"),  # ends in the days of National Day
            ("2026-08-12 10:00", 10, "2026-08-22"),  # ends on a working Saturday
        ],
    )
    def test_ends_on_a_working_day(self, accepted_at: str, count: int, due_on: str) -> None:
        assert accepted(accepted_at, count, Unit.CALENDAR_DAYS).due_on == date.fromisoformat(due_on)


class TestTheWorkedExampleOfTheDocs:
    """docs/explanation/legal-clock.md tells these dates."""

    RULE = ClockRule(Amount(3), DECREE_61, cutoff=time(15), supplements_at_most=1)

    def due_on(self, *events: tuple[ClockEventKind, str]) -> date | None:
        """The due date after events at local times."""
        told = [ClockEvent(kind, at(local)) for kind, local in events]
        return read(self.RULE, CITY, told, told[-1].at).due_on

    def test_ends_on_7_september(self) -> None:
        assert self.due_on((ClockEventKind.ACCEPTED, "2026-08-28 10:00")) == date(2026, 9, 7)

    def test_ends_a_day_later_when_received_at_half_past_three(self) -> None:
        assert self.due_on((ClockEventKind.ACCEPTED, "2026-08-28 15:30")) == date(2026, 9, 8)

    def test_begins_again_with_the_supplement(self) -> None:
        assert self.due_on(
            (ClockEventKind.ACCEPTED, "2026-08-28 10:00"),
            (ClockEventKind.SUPPLEMENT_REQUESTED, "2026-09-03 10:00"),
            (ClockEventKind.SUPPLEMENTED, "2026-09-10 10:00"),
        ) == date(2026, 9, 15)
