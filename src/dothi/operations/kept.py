"""
Readings of days that have left PostgreSQL, from the files of the archive (Parquet), by DuckDB.

A day is a file by series and instant. Of the days that PostgreSQL still has nothing is read here; a day that
left and got late readings since is in both.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
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


def columns(at: datetime, known_at: datetime | None, until: datetime) -> Columns:
    """Return what a moment needs of the days in files that begin before `until`."""
    since = at - REACH
    files = _files(since, min(until, at))
    if not files:
        return NOTHING
    told = {"files": [str(one) for one in files], "since": since, "at": at, "known_at": known_at}
    with duckdb.connect() as duck:
        duck.execute("set timezone = 'UTC'")
        return of_rows(duck.execute(_NEEDED, told).fetchall())


def _files(since: datetime, at: datetime) -> Sequence[Path]:
    folder: Path = settings.READINGS_DIR
    rows = ask(Statement(_DAYS, {"since": since, "at": at}))[0]
    return [folder / str(row[0]) for row in rows]
