"""
Readings of the past, day by day, wherever they stand: in PostgreSQL, or in the files of days that left it.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from dothi.foundation.statements import Row, Statement, ask

DAY = timedelta(days=1)
_HOT = """
select series, (extract(epoch from at) * 1000000)::bigint, value, flags
from telemetry.readings_between(%(series)s::integer[], %(from)s, %(until)s) order by at, series
"""
_COLD = """
select series, epoch_us(observed_at), value, flags from reading
where observed_at >= ? and observed_at < ? order by observed_at, series
"""
_DROPPED = """
select day from telemetry.day where dropped_at is not null and day between %(first)s and %(last)s
"""


def days(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return [start, end) cut at midnight (UTC)."""
    found, at = list[tuple[datetime, datetime]](), start
    while at < end:
        midnight = datetime.combine(at.astimezone(UTC).date() + DAY, time(), UTC)
        found.append((at, min(midnight, end)))
        at = found[-1][1]
    return found


def readings(series: Sequence[int], spans: Sequence[tuple[datetime, datetime]]) -> Iterator[Sequence[Row]]:
    """
    Yield the readings of series in each span (within one day, UTC): series, instant, value, flags.

    Instants in microseconds since 1970, in their order; `value` None for words. One statement a span; a
    day that left PostgreSQL is read from its file, together with what came since.
    """
    dropped = _dropped(spans)
    for start, end in spans:
        if start.astimezone(UTC).date() in dropped:
            yield asyncio.run(_cold(series, start, end))
        else:
            yield ask(Statement(_HOT, {"series": list(series), "from": start, "until": end}))[0]


def _dropped(spans: Sequence[tuple[datetime, datetime]]) -> set[date]:
    if not spans:
        return set()
    told = {"first": spans[0][0].astimezone(UTC).date(), "last": spans[-1][0].astimezone(UTC).date()}
    return {row[0] for row in ask(Statement(_DROPPED, told))[0]}


async def _cold(series: Sequence[int], start: datetime, end: datetime) -> Sequence[Row]:
    # Only who looks so far back pays for what reads the files.
    import asyncpg

    from dothi.telemetry.archive import lake

    reading = await asyncpg.connect(**_reached())
    try:
        day = start.astimezone(UTC).date()
        with await lake.opened(reading, settings.READINGS_DIR, day, day, series) as duck:
            return duck.execute(_COLD, [start, end]).fetchall()
    finally:
        await reading.close()


def _reached() -> dict[str, Any]:
    """Return how this process reaches its database."""
    given = connection.settings_dict
    told = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"],
            "password": given["PASSWORD"], "database": given["NAME"]}  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", None)}
