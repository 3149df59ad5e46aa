"""
Readings of days that have left PostgreSQL, from the files of the archive (Parquet), by DuckDB.

A day is a file by series and instant. Of the days that PostgreSQL still has nothing is read here; a day that
left and got late readings since is in both.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from dothi.foundation.statements import Statement, ask
from dothi.telemetry.keyframes.columns import NOTHING, REACH, Columns, of_rows

_DAYS = """
select file from telemetry.day
where dropped_at is not null and file is not null
  and day between (%(since)s at time zone 'UTC')::date and (%(at)s at time zone 'UTC')::date
order by day
"""
_NEEDED = """
with good as (
    select * from read_parquet($files)
    where observed_at > $since and observed_at <= $at and flags & 17 = 0
      and ($known_at is null or recorded_at <= $known_at)
)
select series, epoch_us(observed_at), epoch_us(recorded_at), value, flags from good
where name in ('rain', 'pm25', 'pm10') and observed_at > $at - interval 24 hours
   or (series, observed_at) in (select (series, max(observed_at)) from good group by series)
"""


_PAST = """
select observed_at, value, flags, recorded_at from read_parquet($files)
where series = $number and observed_at >= $since and observed_at <= $at and value is not null
  and ($known_at is null or recorded_at <= $known_at)
order by observed_at desc limit $limit
"""


class Past(NamedTuple):
    """One number of a series; `flags` as telemetry's."""

    at: datetime
    value: float
    flags: int
    recorded_at: datetime


def columns(at: datetime, known_at: datetime | None, until: datetime) -> Columns:
    """Return what a moment needs of the days in files that begin before `until`."""
    since = at - REACH
    files = _files(since, min(until, at))
    return of_rows(_asked(_NEEDED, files, since=since, at=at, known_at=known_at)) if files else NOTHING


def past(number: int, since: datetime, at: datetime, known_at: datetime | None, limit: int) -> list[Past]:
    """Return the numbers of a series in [since, at] that stand in files, bad ones too, the latest first."""
    files = _files(since, at)
    if not files:
        return []
    told = {"since": since, "at": at, "known_at": known_at, "number": number, "limit": limit}
    return [Past(*row) for row in _asked(_PAST, files, **told)]


def _asked(query: str, files: Sequence[Path], **told: object) -> list[tuple[Any, ...]]:
    import duckdb  # 27 MiB of each process of Django, most of which never ask

    with duckdb.connect() as duck:
        duck.execute("set timezone = 'UTC'")
        return duck.execute(query, {"files": [str(one) for one in files], **told}).fetchall()


def _files(since: datetime, at: datetime) -> Sequence[Path]:
    folder: Path = settings.READINGS_DIR
    rows = ask(Statement(_DAYS, {"since": since, "at": at}))[0]
    return [folder / str(row[0]) for row in rows]
