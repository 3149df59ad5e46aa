"""What devices told: the latest value of each series, and what fell at each gauge."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from dothi.foundation.statements import Row, Statement, ask
from dothi.operations import kept
from dothi.operations.types import Measured, Place, Text
from dothi.telemetry import types as telemetry

DAY = timedelta(hours=24)
BACK = timedelta(days=2)
"""How far back a value that should come regularly is still shown, as old."""
REJECTED = int(telemetry.REJECTED)
"""Flags of a reading that is no value."""


def latest(at: datetime, known_at: datetime | None, *, live: bool) -> list[Measured]:
    """
    Return the latest good number of each series as of `at`, by number of the series.

    `live`: `at` is the present, so that the table of last values says it all, in one statement. Else two, and
    the files of days that have left PostgreSQL.
    """
    if live:
        return [_measured(row) for row in ask(Statement(_sql("latest_now"), {"at": at}))[0]]
    brought = kept.latest(at, known_at, BACK)
    names = ("series", "ats", "numbers", "flags")
    columns = zip(*brought, strict=True) if brought else [[]] * 4
    told = {name: list(column) for name, column in zip(names, columns, strict=True)}
    asked = {"at": at, "known_at": known_at, **told}
    return [_measured(row) for row in ask(Statement(_sql("latest_then"), asked))[0]]


def fallen(
    series: Collection[int], at: datetime, known_at: datetime | None, window: timedelta = DAY
) -> dict[int, float]:
    """Return by series the sum of its values in (at - window, at], where there are any; two statements."""
    asked = {"series": list(series), "since": at - window, "at": at, "known_at": known_at}
    found = {number: float(total) for number, total in ask(Statement(_sql("fallen"), asked))[0]}
    for number, _, value in kept.between(series, at - window, at, known_at):
        found[number] = found.get(number, 0.0) + value
    return found


def between(
    series: Collection[int], since: datetime, at: datetime, known_at: datetime | None
) -> dict[int, list[tuple[datetime, float]]]:
    """Return by series its good numbers in (since, at], in order of time; two statements."""
    asked = {"series": list(series), "since": since, "at": at, "known_at": known_at}
    found: dict[int, list[tuple[datetime, float]]] = {}
    rows = [*kept.between(series, since, at, known_at), *ask(Statement(_sql("between"), asked))[0]]
    for number, then, value in sorted(rows, key=lambda row: row[1]):
        found.setdefault(number, []).append((then, value))
    return found


def one(number: int) -> Measured | None:
    """Return what one series is, without a value; None where there is none; one statement."""
    rows = ask(Statement(_sql("series"), {"number": number}))[0]
    return _measured(rows[0]) if rows else None


def past(
    number: int, since: datetime, at: datetime, known_at: datetime | None, limit: int
) -> list[tuple[datetime, float, int, datetime]]:
    """
    Return instant, value, flags and when it was known of the readings of a series in [since, at].

    Bad ones too, the latest first; at most `limit`; one statement.
    """
    asked = {"number": number, "since": since, "at": at, "known_at": known_at, "limit": limit}
    return [
        (then, value, flags, known) for then, value, flags, known in ask(Statement(_sql("past"), asked))[0]
    ]


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _measured(row: Row) -> Measured:
    number, device, name, group, value, unit, at, vi, en, lon, lat, ward, interval_s, flags = row
    place = Place(Text(vi or device, en or device), lon, lat, ward)
    return Measured(number, device, name, group, value, unit, at, place, interval_s, flags)
