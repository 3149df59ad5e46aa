"""Minutes, hours and days are what all readings give when asked anew, however late they came."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import asyncpg
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dothi.telemetry import queue, rollups
from dothi.telemetry.types import Device, Measure, Profile, Reading
from tests.integration.telemetry.test_flags import known
from tests.integration.telemetry.test_queue import NOW, stored, us

LEVEL = Profile("level", {name: Measure(name, "m", low=0, high=100) for name in ("a", "b")})
HANOI = timezone(timedelta(hours=7))
DAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # half an hour before midnight of Hanoi


class Rolled(NamedTuple):
    """One row."""

    name: str
    width_s: int
    at: datetime
    readings: int
    rejected: int
    total: float | None
    low: float | None
    high: float | None
    last: float | None


def kept(dsn: str) -> list[Rolled]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select name, width_s, at, readings, rejected, total, low, high, last from telemetry.rollup"
            " join telemetry.series on series.number = rollup.series"
        ).fetchall()
    return sorted(Rolled(*row) for row in rows)


def recomputed(readings: dict[tuple[str, int], float]) -> list[Rolled]:
    """Return what should be there: minutes of readings, hours of minutes, days of hours."""
    parts = [
        Rolled(name, 0, DAY + timedelta(seconds=at), 1, 0, value, value, value, value)
        if 0 <= value <= 100
        else Rolled(name, 0, DAY + timedelta(seconds=at), 0, 1, None, None, None, None)
        for (name, at), value in readings.items()
    ]
    found = []
    for width_s in (60, 3600, 86_400):
        parts = joined(sorted(parts), width_s)
        found += parts
    return sorted(found)


def joined(parts: list[Rolled], width_s: int) -> list[Rolled]:
    groups: dict[tuple[str, datetime], list[Rolled]] = {}
    for one in parts:
        local = one.at.astimezone(HANOI)
        begin = local.replace(second=0) if width_s == 60 else local.replace(second=0, minute=0)
        begin = begin.replace(hour=0) if width_s == 86_400 else begin
        groups.setdefault((one.name, begin), []).append(one)
    return [
        Rolled(name, width_s, at, sum(one.readings for one in told), sum(one.rejected for one in told),
               total(told), min((one.low for one in told if one.low is not None), default=None),
               max((one.high for one in told if one.high is not None), default=None),
               next((one.last for one in reversed(told) if one.last is not None), None))
        for (name, at), told in groups.items()
    ]  # fmt: skip


def total(told: list[Rolled]) -> float | None:
    """Return the sum in order of time, as PostgreSQL adds."""
    found = None
    for one in told:
        if one.total is not None:
            found = one.total if found is None else found + one.total
    return found


async def act(dsn: str, batches: list[list[Reading]]) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "truncate telemetry.reading, telemetry.rollup, telemetry.pending, telemetry.batch"
    )
    await connection.execute("update telemetry.last_value set at = null, seen_at = null, value = null")
    await queue.register(connection, rollups.CONSUMER)
    device = Device("s1", bytes(32), LEVEL)
    for batch in batches:
        await stored(dsn, batch, recorded=NOW, keeper=known(device))
        await rollups.roll_up(connection)
    await connection.close()


reading = st.tuples(
    st.sampled_from("ab"), st.integers(0, 90_000), st.floats(-5, 105, allow_nan=False, width=32)
)


class TestRollups:
    @given(st.lists(st.lists(reading, min_size=1, max_size=12), min_size=1, max_size=4))
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_are_those_of_all_readings_however_late_they_come(
        self, dsn: str, told: list[list[tuple[str, int, float]]]
    ) -> None:
        batches = [
            [Reading(name, us(DAY + timedelta(seconds=at)), value) for name, at, value in batch]
            for batch in told
        ]
        asyncio.run(act(dsn, batches))
        once: dict[tuple[str, int], float] = {}
        for name, at, value in (one for batch in told for one in batch):
            once.setdefault((name, at), value)
        assert kept(dsn) == recomputed(once)
