"""
Readings of days that have left PostgreSQL, from the files of the archive (Parquet), by DuckDB.

A day is a file by series and instant. Of the days that PostgreSQL still has nothing is read here; a day that
left and got late readings since is in both, and the two never hold the same reading.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from dothi.foundation.statements import Statement, ask

_DAYS = """
select file from telemetry.day
where dropped_at is not null and file is not null
  and day between (%(since)s at time zone 'UTC')::date and (%(at)s at time zone 'UTC')::date
order by day
"""
_GOOD = """
    observed_at > $since and observed_at <= $at and value is not null and flags & 17 = 0
    and ($known_at is null or recorded_at <= $known_at)"""
Last = tuple[int, datetime, float, int]
"""Series, instant, value and flags."""


def latest(at: datetime, known_at: datetime | None, back: timedelta) -> list[Last]:
    """Return the last good number of each series in (at - back, at] that stands in files, by series."""
    query = f"""
        select series, max(observed_at), max_by(value, observed_at), max_by(flags, observed_at)
        from read_parquet($files) where {_GOOD} group by series order by series"""  # noqa: S608 - ours
    return _asked(query, at - back, at, known_at, {})


def between(
    series: Collection[int], since: datetime, at: datetime, known_at: datetime | None
) -> list[tuple[int, datetime, float]]:
    """Return the good numbers of some series in (since, at] that stand in files, in order of time."""
    query = f"""
        select series, observed_at, value from read_parquet($files)
        where {_GOOD} and list_contains($series, series) order by observed_at, series"""  # noqa: S608 - ours
    return _asked(query, since, at, known_at, {"series": list(series)}) if series else []


def _asked(
    query: str, since: datetime, at: datetime, known_at: datetime | None, more: dict[str, object]
) -> list[Any]:
    files = _files(since, at)
    if not files:
        return []
    told = {"files": [str(one) for one in files], "since": since, "at": at, "known_at": known_at, **more}
    with duckdb.connect() as duck:
        duck.execute("set timezone = 'UTC'")
        return duck.execute(query, told).fetchall()


def _files(since: datetime, at: datetime) -> Sequence[Path]:
    folder: Path = settings.READINGS_DIR
    rows = ask(Statement(_DAYS, {"since": since, "at": at}))[0]
    return [folder / str(row[0]) for row in rows]
