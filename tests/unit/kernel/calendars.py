"""The calendar of the tests: the public days of 2026 and 2027 around which the vectors of law stand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dothi.kernel.calendar import DayKind, DayRow, HoursRow, WorkCalendar

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LABOUR_CODE = "Labour Code 2019, art. 112"
SWAP_2026 = "Office of Government, letter 12729/VPCP-KGVX of 25/12/2025"

OFF_DAYS = {
    "Tết Dương lịch": ["2026-01-01", "2027-01-01"],
    "Tết Nguyên đán": [
        "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20",
        "2027-02-04", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10",
    ],
    "Giỗ Tổ Hùng Vương": ["2026-04-27", "2027-04-16"],
    "Ngày Chiến thắng": ["2026-04-30", "2027-04-30"],
    "Ngày Quốc tế Lao động": ["2026-05-01", "2027-05-03"],
    "Quốc khánh": ["2026-09-01", "2026-09-02", "2027-09-02", "2027-09-03"],
}  # fmt: skip


def off(on: str, name: str = "Nghỉ", source: str = LABOUR_CODE) -> DayRow:
    """A day off."""
    return DayRow(date.fromisoformat(on), DayKind.OFF, name, source, verified=True)


def swapped(saturday: str, weekday: str, source: str) -> tuple[DayRow, DayRow]:
    """A Saturday worked in exchange for a weekday."""
    works, rests = date.fromisoformat(saturday), date.fromisoformat(weekday)
    return (
        DayRow(works, DayKind.WORKING, f"Làm bù cho ngày {weekday}", source, True, rests),
        DayRow(rests, DayKind.OFF, f"Nghỉ bù, làm việc ngày {saturday}", source, True, works),
    )


def hours(*spans: tuple[str, str], weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)) -> HoursRow:
    """Hours of all days of the calendar."""
    times = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)
    return HoursRow(times, date(2026, 1, 1), date(2028, 1, 1), "office", weekdays)


HOLIDAYS = tuple(off(on, name) for name, days in OFF_DAYS.items() for on in days)
SWAPS = (
    *swapped("2026-01-10", "2026-01-02", SWAP_2026),
    *swapped("2026-08-22", "2026-08-31", "Ministry of Home Affairs, 2026"),
)
CLOCK_HOURS = (hours(("07:00", "11:30"), ("13:30", "17:00")),)
RECEPTION_HOURS = (
    hours(("07:30", "11:30"), ("13:30", "16:30"), weekdays=(0, 1, 2, 3, 4)),
    hours(("08:00", "11:30"), weekdays=(5,)),
)

CITY = WorkCalendar(
    valid_from=date(2026, 1, 1),
    valid_to=date(2028, 1, 1),
    days=HOLIDAYS + SWAPS,
    clock_hours=CLOCK_HOURS,
    reception_hours=RECEPTION_HOURS,
)


def at(local: str) -> datetime:
    """An instant from Hanoi's local time, e.g. `2026-08-21 10:00`."""
    return datetime.fromisoformat(local).replace(tzinfo=HANOI).astimezone(UTC)


def instants_between(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Instants between two local times of Hanoi, to the microsecond."""
    begin, end = at(first), at(last)
    span = (end - begin) // timedelta(microseconds=1)
    return st.integers(0, span).map(lambda offset: begin + timedelta(microseconds=offset))
