"""The calendar as a value: what counts, what is open, what it refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel.calendar import CalendarInvalid, DayKind, DayRow, OutsideCalendar, WorkCalendar
from tests.unit.kernel.calendars import CITY, LABOUR_CODE, at, hours, instants_between, off

days = st.dates(date(2026, 1, 5), date(2027, 12, 19))
instants = instants_between("2026-01-05 00:00", "2027-12-20 00:00")


def closed(on: str, kind: DayKind = DayKind.CLOSED) -> DayRow:
    """A day on which this office is closed."""
    return DayRow(date.fromisoformat(on), kind, "Bão", "Chairman's decision")


class TestWorkingDays:
    @pytest.mark.law("Labour Code 2019, art. 112")
    @pytest.mark.parametrize(
        ("on", "works"),
        [
            ("2026-01-02", False),  # exchanged
            ("2026-01-10", True),  # a Saturday worked for it
            ("2026-08-22", True),
            ("2026-08-31", False),
            ("2026-08-29", False),
            ("2026-03-08", False),
            ("2026-03-09", True),
        ],
    )
    def test_follow_the_rows(self, on: str, works: bool) -> None:
        assert CITY.is_working_day(date.fromisoformat(on)) is works

    def test_leave_out_the_closing_days_of_one_office(self) -> None:
        office = replace(CITY, days=(*CITY.days, closed("2026-03-04")))
        assert office.add_working_days(date(2026, 3, 3), 1) == date(2026, 3, 5)
        assert CITY.add_working_days(date(2026, 3, 3), 1) == date(2026, 3, 4)

    def test_keep_a_day_on_which_only_the_counter_is_closed(self) -> None:
        office = replace(CITY, days=(*CITY.days, closed("2026-03-04", DayKind.NO_RECEPTION)))
        assert office.is_working_day(date(2026, 3, 4))
        assert office.reception_on(date(2026, 3, 4)) == ()

    def test_take_the_last_of_several_rows(self) -> None:
        office = replace(CITY, days=(*CITY.days, closed("2026-08-22")))
        assert not office.is_working_day(date(2026, 8, 22))

    @given(days, st.integers(0, 5), st.integers(0, 5))
    def test_add_up(self, on: date, n: int, m: int) -> None:
        assert CITY.add_working_days(CITY.add_working_days(on, n), m) == CITY.add_working_days(on, n + m)

    @given(days, st.integers(1, 5))
    def test_added_end_on_a_working_day_with_so_many_between(self, on: date, n: int) -> None:
        end = CITY.add_working_days(on, n)
        between = [on + timedelta(days=offset + 1) for offset in range((end - on).days)]
        assert CITY.is_working_day(end)
        assert sum(CITY.is_working_day(day) for day in between) == n

    @given(days)
    def test_from_a_day_is_that_day_or_the_next(self, on: date) -> None:
        found = CITY.working_day_from(on)
        assert CITY.is_working_day(found)
        assert found == on if CITY.is_working_day(on) else found == CITY.add_working_days(on, 1)

    @given(instants)
    def test_ended_are_those_whose_hours_are_over(self, instant: datetime) -> None:
        rank = CITY.days_ended(instant)
        assert rank == 0 or CITY.closing(CITY.day_of_rank(rank)) <= instant
        assert CITY.closing(CITY.day_of_rank(rank + 1)) > instant


class TestWorkingTime:
    @given(instants, st.integers(0, 5 * 8 * 3_600_000_000), st.integers(0, 5 * 8 * 3_600_000_000))
    def test_adds_up(self, instant: datetime, n: int, m: int) -> None:
        worked = CITY.worked(instant)
        assert CITY.worked(CITY.when_worked(worked + n)) == worked + n
        assert CITY.when_worked(worked + n) <= CITY.when_worked(worked + n + m)

    @given(instants)
    def test_ends_at_the_close_rather_than_at_the_next_opening(self, instant: datetime) -> None:
        earliest = CITY.when_worked(CITY.worked(instant))
        assert earliest <= instant
        assert CITY.worked(earliest) == CITY.worked(instant)

    def test_runs_eight_hours_a_day(self) -> None:
        day = CITY.worked(at("2026-03-04 00:00")) - CITY.worked(at("2026-03-03 00:00"))
        assert day == 8 * 3_600_000_000

    def test_follows_hours_that_change_with_the_season(self) -> None:
        winter = replace(hours(("08:00", "12:00"), ("13:00", "17:00")), valid_from=date(2026, 10, 16))
        office = replace(CITY, clock_hours=(*CITY.clock_hours, winter))
        assert office.opening(date(2026, 10, 15)) == at("2026-10-15 07:00")
        assert office.opening(date(2026, 10, 16)) == at("2026-10-16 08:00")


class TestReception:
    @pytest.mark.parametrize(
        ("local", "is_open"),
        [
            ("2026-03-03 07:00", False),  # the clock runs, the counter opens later
            ("2026-03-03 07:30", True),
            ("2026-03-03 16:30", False),
            ("2026-03-07 08:30", True),  # Saturday morning: open, though the day does not count
            ("2026-03-07 14:00", False),
            ("2026-03-08 09:00", False),
            ("2026-09-02 09:00", False),
            ("2026-01-10 14:00", True),  # worked in exchange for a Friday: a Friday's hours
        ],
    )
    def test_is_apart_from_the_clock(self, local: str, is_open: bool) -> None:
        assert CITY.receives_at(at(local)) is is_open


class TestLimits:
    @pytest.mark.parametrize("on", [date(2025, 12, 31), date(2028, 1, 1)])
    def test_refuses_days_without_data(self, on: date) -> None:
        with pytest.raises(OutsideCalendar) as caught:
            CITY.is_working_day(on)
        assert caught.value.facts["year"] == on.year

    def test_refuses_to_count_beyond_its_data(self) -> None:
        with pytest.raises(OutsideCalendar):
            CITY.add_working_days(date(2027, 12, 30), 5)
        with pytest.raises(OutsideCalendar):
            CITY.when_worked(CITY.worked(at("2027-12-31 16:00")) + 2 * 3_600_000_000)

    @pytest.mark.parametrize("ask", ["worked", "days_ended", "receives_at"])
    def test_refuses_instants_without_data(self, ask: str) -> None:
        with pytest.raises(OutsideCalendar):
            getattr(CITY, ask)(at("2028-01-01 00:00"))

    def test_refuses_a_naive_instant(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            CITY.local(datetime.fromisoformat("2026-03-03 10:00"))

    @pytest.mark.parametrize(
        "change",
        [
            {"valid_to": date(2026, 1, 1)},
            {"days": (off("2025-12-31"),)},
            {"days": (DayRow(date(2026, 3, 3), DayKind.WORKING, "", LABOUR_CODE),)},
            {"clock_hours": ()},
            {"clock_hours": (hours(("11:30", "07:00")),)},
            {"clock_hours": (hours(("07:00", "11:30"), ("11:00", "17:00")),)},
            {"clock_hours": (hours(),)},
        ],
    )
    def test_refuses_rows_that_contradict_each_other(self, change: dict[str, object]) -> None:
        with pytest.raises(CalendarInvalid):
            replace(CITY, **change)  # type: ignore[arg-type]  # one field at a time


class TestVersion:
    def test_is_the_same_for_the_same_rows(self) -> None:
        assert replace(CITY).version == CITY.version
        assert len(CITY.version) == 64

    def test_changes_with_any_row(self) -> None:
        others = [
            replace(CITY, days=CITY.days[1:]),
            replace(CITY, days=(replace(CITY.days[0], verified=False), *CITY.days[1:])),
            replace(CITY, clock_hours=(hours(("07:00", "11:30"), ("13:30", "17:01")),)),
            replace(CITY, reception_hours=()),
            replace(CITY, week=(0, 1, 2, 3, 4, 5), days=CITY.days[:1]),
        ]
        assert len({CITY.version, *(other.version for other in others)}) == len(others) + 1

    def test_does_not_depend_on_questions_asked_before(self) -> None:
        asked = replace(CITY)
        asked.worked(at("2026-03-03 10:00"))
        assert asked == CITY
        assert hash(asked) == hash(CITY)


def test_hours_are_local_times_of_the_office() -> None:
    tokyo = WorkCalendar(
        date(2026, 3, 2), date(2026, 3, 7), (), (hours(("09:00", "17:00")),), zone="Asia/Tokyo"
    )
    assert tokyo.opening(date(2026, 3, 2)) == datetime(2026, 3, 2, 0, tzinfo=UTC)
    assert tokyo.local(at("2026-03-02 07:00")).time() == time(9)
