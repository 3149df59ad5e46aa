"""What devices told: the latest value of each series, and what fell at each gauge."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from dothi.foundation.statements import Row, Statement, ask
from dothi.operations.types import Measured, Place, Text
from dothi.telemetry import types as telemetry

DAY = timedelta(hours=24)
REJECTED = int(telemetry.REJECTED)
"""Flags of a reading that is no value."""


def latest(at: datetime, known_at: datetime | None, *, live: bool) -> list[Measured]:
    """
    Return the latest good number of each series as of `at`, by number of the series; one statement.

    `live`: `at` is the present, so that the table of last values says it all.
    """
    query = _sql("latest_now" if live else "latest_then")
    return [_measured(row) for row in ask(Statement(query, {"at": at, "known_at": known_at}))[0]]


def fallen(
    series: Collection[int], at: datetime, known_at: datetime | None, window: timedelta = DAY
) -> dict[int, float]:
    """Return by series the sum of its values in (at - window, at], where there are any; one statement."""
    asked = {"series": list(series), "since": at - window, "at": at, "known_at": known_at}
    return {number: float(total) for number, total in ask(Statement(_sql("fallen"), asked))[0]}


def between(
    series: Collection[int], since: datetime, at: datetime, known_at: datetime | None
) -> dict[int, list[tuple[datetime, float]]]:
    """Return by series its good numbers in (since, at], in order of time; one statement."""
    asked = {"series": list(series), "since": since, "at": at, "known_at": known_at}
    found: dict[int, list[tuple[datetime, float]]] = {}
    for number, then, value in ask(Statement(_sql("between"), asked))[0]:
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
