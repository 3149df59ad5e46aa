"""Readings as columns, and columns as rows of PostgreSQL's binary COPY."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from dothi.telemetry.quality.checks import Block, Flags, Truths
from dothi.telemetry.quality.limits import Numbers

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
POSTGRES_US: Final = 946_684_800_000_000
"""Microseconds from 1970 to 2000, where PostgreSQL counts from."""
DAY_US: Final = 86_400_000_000
BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
COLUMNS: Final = ("at", "value", "series", "batch", "flags", "words")
NUMBER: Final = np.dtype([
    ("columns", ">i2"), ("at_size", ">i4"), ("at", ">i8"), ("value_size", ">i4"), ("value", ">f8"),
    ("series_size", ">i4"), ("series", ">i4"), ("batch_size", ">i4"), ("batch", ">i4"),
    ("flags_size", ">i4"), ("flags", ">i2"), ("no_words", ">i4"),
])  # fmt: skip
LATE_COLUMNS: Final = ("series", "at", "recorded_at", "value", "flags")
LATE: Final = np.dtype([
    ("columns", ">i2"), ("series_size", ">i4"), ("series", ">i4"), ("at_size", ">i4"), ("at", ">i8"),
    ("recorded_at_size", ">i4"), ("recorded_at", ">i8"), ("value_size", ">i4"), ("value", ">f8"),
    ("flags_size", ">i4"), ("flags", ">i2"),
])  # fmt: skip
WORDS: Final[Callable[..., bytes]] = struct.Struct(">hiqiiiiiihi").pack


@dataclass(frozen=True)
class Rows:
    """Readings (n,) in order of series and instant; `words` holds those of the places that have some."""

    block: Block
    words: npt.NDArray[np.object_] | None = None

    def only(self, chosen: Truths | Numbers) -> "Rows":
        """Return the chosen rows, told by truths (n,) or by their places."""
        return Rows(self.block.only(chosen), None if self.words is None else self.words[chosen])

    def words_at(self, places: Sequence[int]) -> list[str | None]:
        """Return the words of some rows, None where they have a number."""
        return [None] * len(places) if self.words is None else [self.words[place] for place in places]


def ordered(
    series: Sequence[int], at_us: Sequence[int], values: Sequence[float], words: dict[int, str]
) -> Rows:
    """Return readings in order of series and instant; of those of one series and instant the first."""
    block = Block(np.array(series, np.int64), np.array(at_us, np.int64), np.array(values, np.float64))
    column: npt.NDArray[np.object_] | None = None
    if words:
        column = np.full(len(series), None, object)
        column[list(words)] = list(words.values())
    order = np.lexsort((block.at_us, block.series))
    again = np.zeros(len(order), bool)
    again[1:] = np.diff(block.series[order]) == 0
    again[1:] &= np.diff(block.at_us[order]) == 0
    return Rows(block, column).only(order[~again])


def copied(rows: Rows, flags: Flags, batch: int) -> bytes:
    """Return rows as binary COPY of COLUMNS."""
    if rows.words is None:
        return BEGIN + _numbers(rows.block, flags, batch) + END
    worded = np.array([one is not None for one in rows.words], bool)
    numbers = _numbers(rows.block.only(~worded), flags[~worded], batch)
    words = [one.encode() for one in rows.words[worded]]
    return BEGIN + numbers + _words(rows.block.only(worded), words, flags[worded], batch) + END


def copied_late(block: Block, flags: Flags, recorded_at: datetime) -> bytes:
    """Return readings as binary COPY of LATE_COLUMNS; NaN where they have words."""
    told = np.empty(len(block.series), LATE)
    told["columns"] = len(LATE_COLUMNS)
    told["at_size"] = told["recorded_at_size"] = told["value_size"] = 8
    told["series_size"], told["flags_size"] = 4, 2
    told["series"], told["value"], told["flags"] = block.series, block.value, flags
    told["at"], told["recorded_at"] = block.at_us - POSTGRES_US, us(recorded_at) - POSTGRES_US
    return BEGIN + told.tobytes() + END


def digest(rows: Rows, flags: Flags, recorded_at: datetime) -> bytes:
    """Return the hash of a batch: its instant of recording and its rows, whatever its number."""
    return sha256(us(recorded_at).to_bytes(8) + copied(rows, flags, 0)).digest()


def _numbers(block: Block, flags: Flags, batch: int) -> bytes:
    told = np.empty(len(block.series), NUMBER)
    told["columns"], told["no_words"] = len(COLUMNS), -1
    told["at_size"] = told["value_size"] = 8
    told["series_size"] = told["batch_size"] = 4
    told["flags_size"] = 2
    told["at"], told["value"] = block.at_us - POSTGRES_US, block.value
    told["series"], told["batch"], told["flags"] = block.series, batch, flags
    return told.tobytes()


def _words(block: Block, words: Sequence[bytes], flags: Flags, batch: int) -> bytes:
    told = zip(block.at_us.tolist(), block.series.tolist(), flags.tolist(), words, strict=True)
    return b"".join(
        WORDS(len(COLUMNS), 8, at - POSTGRES_US, -1, 4, series, 4, batch, 2, flag, len(text)) + text
        for at, series, flag, text in told
    )


def days(rows: Rows) -> list[int]:
    """Return the days (UTC) of rows, as numbers since 1970."""
    return [int(day) for day in np.unique(rows.block.at_us // DAY_US)]


def instant(at_us: int) -> datetime:
    """Return microseconds since 1970 as an instant, exactly."""
    return EPOCH + timedelta(microseconds=at_us)


def us(at: datetime) -> int:
    """Return an instant as microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)
