"""What devices had told by a moment, as it was or as it was known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from dothi.foundation.statements import Statement, ask
from dothi.operations import kept
from dothi.operations.things import things
from dothi.operations.types import Measured, Thing
from dothi.telemetry import types as telemetry
from dothi.telemetry.keyframes.columns import REACH, Columns, joined, read
from dothi.telemetry.keyframes.packing import unpacked
from dothi.telemetry.store.rows import us

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
REJECTED = int(telemetry.REJECTED)
"""Flags of a reading that is no value."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told by `at`: the last number of each series, and what sums of some measures are made of."""

    at: datetime
    columns: Columns
    last: Columns

    def measured(self) -> list[Measured]:
        """Return the last number of each series whose device is known, by number; one or two statements."""
        known = things()
        one = self.last
        at_us = us(self.at)
        ats = [EPOCH + since for since in one.at_us.astype("m8[us]").tolist()]
        ages = ((at_us - one.at_us) / SECOND).tolist()
        rows = zip(one.series.tolist(), one.value.tolist(), ats, one.flags.tolist(), ages, strict=True)
        return [
            Measured(thing, value, at, flags, age > thing.patience_s)
            for number, value, at, flags, age in rows if (thing := known.get(number)) is not None
        ]  # fmt: skip

    def fallen(self, series: Collection[int], window: timedelta = timedelta(hours=24)) -> dict[int, float]:
        """Return by series the sum of its numbers in the window that ends now, added in order of time."""
        found = self.columns.of(list(series), self.at - window)
        if not len(found.series):
            return {}
        numbers, places = np.unique(found.series, return_inverse=True)
        sums = np.bincount(places, weights=found.value)
        return dict(zip(numbers.tolist(), sums.tolist(), strict=True))

    def past(self, series: Collection[int], window: timedelta) -> dict[int, list[tuple[datetime, float]]]:
        """Return by series its numbers in the window that ends now, in order of time."""
        one = self.columns.of(list(series), self.at - window)
        found: dict[int, list[tuple[datetime, float]]] = {}
        for number, at_us, value in zip(
            one.series.tolist(), one.at_us.tolist(), one.value.tolist(), strict=True
        ):
            found.setdefault(number, []).append((EPOCH + timedelta(microseconds=at_us), value))
        return found


def told(at: datetime, known_at: datetime | None, *, live: bool = False) -> Told:
    """
    Return what had been told by `at`, of what was recorded by `known_at` (None: of all that is known).

    Series that were silent for a fortnight have no last value, unless `live` says that `at` is the present.
    Two to four statements, and the files of days that left PostgreSQL before there were keyframes.
    """
    _settle(known_at)
    columns = _columns(at, known_at).known(at, known_at)
    if not live:
        return Told(at, columns, columns.last())
    return Told(at, columns, read(ask(Statement(_sql("last_values"), {"at": at}))[0][0]).last())


def _columns(at: datetime, known_at: datetime | None) -> Columns:
    moment = at if known_at is None else min(at, known_at)
    found = ask(Statement(_sql("keyframe"), {"at": moment}))[0]
    if not found:
        return slow(at, known_at)
    from_at, until, since = found[0]
    asked = [Statement(_sql("kept"), {"from_at": from_at, "at": at})]
    if at >= until:
        asked.append(Statement(_sql("fresh"), {"until": until, "at": at, "known_at": known_at}))
    held, *fresh = ask(*asked)
    if not held:  # the policy has let the keyframe go meanwhile
        return slow(at, known_at)
    parts = [unpacked(held[0][:5]), read(held[0][5:]), *(read(row) for [row] in fresh)]
    in_files = since if moment == at else at
    return joined([*parts, kept.columns(at, known_at, in_files)] if in_files > at - REACH else parts)


def slow(at: datetime, known_at: datetime | None) -> Columns:
    """Return the same from the readings themselves, in PostgreSQL and in files."""
    rows = ask(Statement(_sql("asked"), {"at": at, "known_at": known_at}))[0]
    return joined([read(rows[0]), kept.columns(at, known_at, at)])


def thing(number: int) -> Thing | None:
    """Return what one series is; None where there is none; one or two statements."""
    return things().get(number)


def past(
    number: int, since: datetime, at: datetime, known_at: datetime | None, limit: int
) -> list[kept.Past]:
    """
    Return instant, value, flags and when it was known of the readings of a series in [since, at].

    Bad ones too, the latest first; at most `limit`, wherever their days stand; three statements.
    """
    _settle(known_at)
    asked = {"number": number, "since": since, "at": at, "known_at": known_at, "limit": limit}
    hot = [kept.Past(*row) for row in ask(Statement(_sql("past"), asked))[0]]
    return sorted(hot + kept.past(number, since, at, known_at, limit), reverse=True)[:limit]


def _settle(known_at: datetime | None) -> None:
    """Wait for what is being recorded, where it may belong to what was known then; the answer stays then."""
    if known_at is not None:
        ask(Statement("select telemetry.settle(%(known_at)s)", {"known_at": known_at}))


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
