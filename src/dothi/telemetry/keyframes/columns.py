"""What a keyframe holds as columns, and what was known of it at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dothi.telemetry.store.rows import POSTGRES_US, us

Column = npt.NDArray[Any]
HEAD: Final = 20
"""Bytes before the elements of an array as PostgreSQL sends it."""
REACH: Final = timedelta(days=14)
"""As `telemetry.reach()`."""


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Good readings (n,), by series and instant: microseconds since 1970, numbers (NaN where there are words).

    A reading stands once.
    """

    series: Column
    at_us: Column
    recorded_us: Column
    value: Column
    flags: Column

    def known(self, at: datetime, known_at: datetime | None) -> "Columns":
        """Return those up to `at`, within reach, of what was recorded by `known_at` (None: of all)."""
        chosen = (self.at_us <= us(at)) & (self.at_us > us(at - REACH))
        if known_at is not None:
            chosen &= self.recorded_us <= us(known_at)
        return self.only(chosen)

    def last(self) -> "Columns":
        """Return the last reading of each series, where it is a number; by series."""
        told = self.only(np.diff(self.series, append=-1) != 0)
        return told.only(~np.isnan(told.value))

    def of(self, series: Sequence[int], since: datetime) -> "Columns":
        """Return the numbers of some series after `since`."""
        wanted = np.isin(self.series, np.fromiter(series, np.int64, len(series)))
        return self.only(wanted & (self.at_us > us(since)) & ~np.isnan(self.value))

    def same_readings(self, other: "Columns") -> bool:
        """Tell whether these are the same readings, known since the same instants."""
        return all(
            np.array_equal(mine, theirs)
            for mine, theirs in (
                (self.series, other.series), (self.at_us, other.at_us), (self.recorded_us, other.recorded_us),
            )
        )  # fmt: skip

    def only(self, chosen: Column) -> "Columns":
        """Return the chosen ones, told by truths (n,) or by their places."""
        return Columns(
            self.series[chosen], self.at_us[chosen], self.recorded_us[chosen], self.value[chosen],
            self.flags[chosen],
        )  # fmt: skip


KINDS: Final = (">i4", ">i8", ">i8", ">f8", ">i2")


def read(sent: Sequence[bytes | None]) -> Columns:
    """Return columns that PostgreSQL sent, by `array_send`, in the order of the fields of Columns."""
    series, at, recorded, value, flags = (
        _elements(one, kind) for one, kind in zip(sent, KINDS, strict=True)
    )  # fmt: skip
    return Columns(series, at + POSTGRES_US, recorded + POSTGRES_US, value, flags)


def _elements(sent: bytes | None, kind: str) -> Column:
    told = np.dtype([("size", ">i4"), ("one", kind)])
    found = np.frombuffer((sent or b"")[HEAD:], told)["one"]
    return found.astype(kind.replace(">", "="))


def of_rows(rows: Sequence[tuple[int, int, int, float | None, int]]) -> Columns:
    """Return rows of series, microseconds of observing and of recording, value (None: words) and flags."""
    told = zip(*rows, strict=True) if rows else [()] * len(KINDS)
    columns = (np.array(column, kind.replace(">", "=")) for column, kind in zip(told, KINDS, strict=True))
    return ordered(Columns(*columns))


def joined(parts: Sequence[Columns]) -> Columns:
    """Return all of several parts, what stands in two of them once."""
    told = [one for one in parts if len(one.series)]
    if len(told) < 2:
        return told[0] if told else NOTHING
    names = Columns.__dataclass_fields__
    return ordered(Columns(*(np.concatenate([getattr(one, name) for one in told]) for name in names)))


def ordered(told: Columns) -> Columns:
    """Return readings by series and instant, what stands twice once."""
    order = np.lexsort((told.at_us, told.series))
    told = told.only(order)
    again = np.zeros(len(order), bool)
    again[1:] = (np.diff(told.series) == 0) & (np.diff(told.at_us) == 0)
    return told.only(~again)


NOTHING: Final = read([None] * len(KINDS))
