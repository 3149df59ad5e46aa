"""Readings of PostgreSQL as columns, by binary COPY."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import asyncpg
import numpy as np
import numpy.typing as npt

from dothi.telemetry.quality.checks import Block
from dothi.telemetry.store.keeping import Kept
from dothi.telemetry.store.rows import POSTGRES_US, Rows
from dothi.telemetry.store.statements import sql

Column = npt.NDArray[Any]
HEAD, TAIL = 19, 2
ROW: Final = np.dtype([
    ("columns", ">i2"), ("at_size", ">i4"), ("at", ">i8"), ("value_size", ">i4"), ("value", ">f8"),
    ("series_size", ">i4"), ("series", ">i4"), ("batch_size", ">i4"), ("batch", ">i4"),
    ("flags_size", ">i4"), ("flags", ">i2"),
])  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Readings (n,) by series and instant: microseconds since 1970, numbers (NaN where there are words)."""

    at_us: Column
    series: Column
    value: Column
    words: Column
    flags: Column
    batch: Column

    def __len__(self) -> int:
        return len(self.at_us)

    def of_batch(self, batch: int) -> Kept:
        """Return the readings of one batch."""
        mine = self.batch == batch
        words = self.words[mine]
        some = words if any(one is not None for one in words) else None
        block = Block(self.series[mine].astype(np.int64), self.at_us[mine], self.value[mine])
        return Kept(batch, Rows(block, some), self.flags[mine])

    def joined(self, other: "Columns") -> "Columns":
        """Return the readings of both, in order."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Columns(*(np.concatenate(pair) for pair in pairs)).ordered()

    def ordered(self) -> "Columns":
        """Return them by series and instant."""
        order = np.lexsort((self.at_us, self.series))
        return Columns(*(column[order] for column in vars(self).values()))

    def same(self, other: "Columns") -> bool:
        """Tell whether both hold the same readings, bit for bit."""
        return all(
            np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
            for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
        )


async def columns(
    connection: asyncpg.Connection, from_at: datetime, to_at: datetime, series: Sequence[int] | None = None
) -> Columns:
    """Return the readings of [from_at, to_at), of `series` where they are told; two statements."""
    out = io.BytesIO()
    await connection.copy_from_query(sql("hot_numbers"), from_at, to_at, series, output=out, format="binary")
    told = np.frombuffer(out.getvalue()[HEAD:-TAIL], ROW)
    worded = await connection.fetch(sql("hot_words"), from_at, to_at, series)
    return _joined(told, worded)


async def of_batches(
    connection: asyncpg.Connection, batches: Sequence[int], first_at: datetime, last_at: datetime
) -> Columns:
    """Return the readings of some batches, with instants from first to last; one statement."""
    told = await connection.fetch(sql("hot_batches"), batches, first_at, last_at)
    at_us, series, value, words, flags, batch = zip(*told, strict=True) if told else ((),) * 6
    return Columns(
        np.array(at_us, np.int64), np.array(series, np.int32), np.array(value, np.float64),
        np.array(words, object), np.array(flags, np.int16), np.array(batch, np.int32),
    ).ordered()  # fmt: skip


def _joined(told: npt.NDArray[np.void], worded: Sequence[asyncpg.Record]) -> Columns:
    at_us, numbers, value, words, flags, batch = zip(*worded, strict=True) if worded else ((),) * 6
    many = len(told)
    return Columns(
        np.concatenate((told["at"].astype(np.int64) + POSTGRES_US, np.array(at_us, np.int64))),
        np.concatenate((told["series"].astype(np.int32), np.array(numbers, np.int32))),
        np.concatenate((told["value"].astype(np.float64), np.full(len(value), np.nan))),
        np.concatenate((np.full(many, None, object), np.array(words, object))),
        np.concatenate((told["flags"].astype(np.int16), np.array(flags, np.int16))),
        np.concatenate((told["batch"].astype(np.int32), np.array(batch, np.int32))),
    ).ordered()
