"""`WorkCalendar`: an immutable value that answers from tables built once."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from zoneinfo import ZoneInfo

from dothi.kernel.calendar.rows import (
    MONDAY_TO_FRIDAY,
    CalendarInvalid,
    DayKind,
    DayRow,
    HoursRow,
    OutsideCalendar,
    Spans,
    check_day,
    check_hours,
    spans_on,
)
from dothi.kernel.canonical import canonical

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class WorkCalendar:
    """
    The calendar of one office for the days from `valid_from` until before `valid_to`.

    `clock_hours` measure time limits on working days; `reception_hours` say when the counter is open,
    and may include days that do not count, such as Saturday mornings. Of several rows that fit a day
    the last one holds. Raises CalendarInvalid, at any question OutsideCalendar.
    """

    valid_from: date
    valid_to: date
    days: tuple[DayRow, ...]
    clock_hours: tuple[HoursRow, ...]
    reception_hours: tuple[HoursRow, ...] = ()
    week: tuple[int, ...] = MONDAY_TO_FRIDAY
    zone: str = "Asia/Ho_Chi_Minh"

    def __post_init__(self) -> None:
        if self.valid_from >= self.valid_to:
            raise CalendarInvalid(reason="the period is empty")
        for row in self.days:
            check_day(row, self.valid_from, self.valid_to, self.week)
        for hours in (*self.clock_hours, *self.reception_hours):
            check_hours(hours)
        for on in self._working_days:
            if not self._clock_spans(on):
                raise CalendarInvalid(reason=f"the working day {on} has no clock hours")

    # What holds on a day

    @cached_property
    def version(self) -> str:
        """SHA-256 of all rows, in hexadecimal: a dossier keeps the version it was counted with."""
        return sha256(canonical(_plain(self))).hexdigest()

    def is_working_day(self, on: date) -> bool:
        """Whether `on` counts as a working day of this office."""
        index = self._index(on)
        return self._ranks[index + 1] > self._ranks[index]

    def rows_on(self, on: date) -> tuple[DayRow, ...]:
        """The rows that name `on`, in the order given."""
        return self._rows.get(on, ())

    def reception_on(self, on: date) -> Spans:
        """
        The hours in which the counter is open on `on`; empty when it is closed.

        A day worked in exchange keeps the hours of the weekday that it replaces.
        """
        self._index(on)
        kinds = {row.kind for row in self.rows_on(on)}
        if kinds & {DayKind.CLOSED, DayKind.NO_RECEPTION, DayKind.OFF}:
            return ()
        return spans_on(self.reception_hours, on, self._weekday(on))

    def receives_at(self, at: datetime) -> bool:
        """Whether the counter is open at the instant `at`."""
        local = self.local(at)
        return any(opens <= local.time() < closes for opens, closes in self.reception_on(local.date()))

    def local(self, at: datetime) -> datetime:
        """Return the aware instant `at` in the office's zone. Raises ValueError for a naive one."""
        if at.tzinfo is None:
            raise ValueError("an instant must be aware")
        return at.astimezone(self._zone)

    # Working days as numbers: the rank of a day is how many working days there are up to and with it

    def rank(self, on: date) -> int:
        """Return the number of working days from `valid_from` to `on`, both included."""
        return self._ranks[self._index(on) + 1]

    def day_of_rank(self, rank: int) -> date:
        """Return the working day with this rank, the inverse of `rank`."""
        if not 1 <= rank <= len(self._working_days):
            raise self._outside(self.valid_to if rank > 0 else self.valid_from - timedelta(days=1))
        return self._working_days[rank - 1]

    def add_working_days(self, on: date, count: int) -> date:
        """
        Return the `count`-th working day after `on`; `on` itself is not counted.

        Civil Code 2015, art. 147(2): the first day of a time limit in days is not counted.
        """
        return self.day_of_rank(self.rank(on) + count)

    def working_day_from(self, on: date) -> date:
        """Return `on` when it is a working day, else the next one (Civil Code 2015, art. 148(5))."""
        return on if self.is_working_day(on) else self.day_of_rank(self.rank(on) + 1)

    def opening(self, on: date) -> datetime:
        """Return the instant at which the clock hours of the working day `on` begin."""
        return self._instant(on, self._clock_spans(on)[0][0])

    def closing(self, on: date) -> datetime:
        """Return the instant at which the clock hours of the working day `on` end."""
        return self._closings[self.rank(on) - 1]

    def days_ended(self, at: datetime) -> int:
        """Return how many working days have ended at `at`: the rank of the last one that has."""
        self._require_instant(at)
        return bisect_right(self._closings, at)

    # Working time as a line: how long the clock hours have run since `valid_from`

    def worked(self, at: datetime) -> int:
        """Return the working time from `valid_from` to `at`, in microseconds."""
        self._require_instant(at)
        passed = bisect_right(self._span_starts, at) - 1
        if passed < 0:
            return 0
        start, end = self._spans[passed]
        return self._span_sums[passed] + (min(at, end) - start) // MICROSECOND

    def when_worked(self, worked: int) -> datetime:
        """Return the earliest instant at which `worked` microseconds of clock hours have run."""
        if worked <= 0:
            return self._begins
        index = bisect_left(self._span_sums, worked) - 1
        if index == len(self._spans):
            raise self._outside(self.valid_to)
        return self._span_starts[index] + (worked - self._span_sums[index]) * MICROSECOND

    # Tables, built once for each calendar

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _begins(self) -> datetime:
        return self._instant(self.valid_from, time(0))

    @cached_property
    def _ends(self) -> datetime:
        return self._instant(self.valid_to, time(0))

    @cached_property
    def _first(self) -> int:
        return self.valid_from.toordinal()

    @cached_property
    def _rows(self) -> Mapping[date, tuple[DayRow, ...]]:
        rows: dict[date, tuple[DayRow, ...]] = {}
        for row in self.days:
            rows[row.on] = (*rows.get(row.on, ()), row)
        return rows

    @cached_property
    def _ranks(self) -> list[int]:
        """Shape (days + 1,): working days before each day, and after the last."""
        ordinals = range(self._first, self.valid_to.toordinal())
        return [0, *accumulate(self._counts(date.fromordinal(ordinal)) for ordinal in ordinals)]

    @cached_property
    def _working_days(self) -> list[date]:
        ordinals = range(self._first, self.valid_to.toordinal())
        return [on for on in map(date.fromordinal, ordinals) if self._counts(on)]

    @cached_property
    def _spans(self) -> list[tuple[datetime, datetime]]:
        """The clock hours of all working days, in UTC, in order."""
        return [
            (self._instant(on, opens), self._instant(on, closes))
            for on in self._working_days
            for opens, closes in self._clock_spans(on)
        ]

    @cached_property
    def _span_starts(self) -> list[datetime]:
        return [start for start, _end in self._spans]

    @cached_property
    def _span_sums(self) -> list[int]:
        """Shape (spans + 1,), microseconds: working time before each span, and after the last."""
        return [0, *accumulate((end - start) // MICROSECOND for start, end in self._spans)]

    @cached_property
    def _closings(self) -> list[datetime]:
        return [self._instant(on, self._clock_spans(on)[-1][1]) for on in self._working_days]

    def _counts(self, on: date) -> bool:
        counts = on.weekday() in self.week
        for row in self.rows_on(on):
            if row.kind is not DayKind.NO_RECEPTION:
                counts = row.kind is DayKind.WORKING
        return counts

    def _weekday(self, on: date) -> int:
        exchanged = (row.instead_of for row in self.rows_on(on) if row.kind is DayKind.WORKING)
        replaced = next((day for day in exchanged if day is not None), on)
        return replaced.weekday()

    def _clock_spans(self, on: date) -> Spans:
        return spans_on(self.clock_hours, on, self._weekday(on))

    def _instant(self, on: date, at: time) -> datetime:
        # datetime.UTC itself, as stored instants have it: comparing within one tzinfo is ten times faster.
        return datetime.combine(on, at, self._zone).astimezone(UTC)

    def _require_instant(self, at: datetime) -> None:
        if not self._begins <= at < self._ends:
            raise self._outside(self.local(at).date())

    def _index(self, on: date) -> int:
        index = on.toordinal() - self._first
        if not 0 <= index < len(self._ranks) - 1:
            raise self._outside(on)
        return index

    def _outside(self, on: date) -> OutsideCalendar:
        return OutsideCalendar(
            year=on.year, on=on, valid_from=self.valid_from, valid_to=self.valid_to
        )  # fmt: skip


def _plain(value: object) -> object:
    """Write a calendar as canonical JSON can take it."""
    if isinstance(value, WorkCalendar | DayRow | HoursRow):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value
