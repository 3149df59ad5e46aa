"""A reading that was altered, added or taken away afterwards shows, hot or in its file."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from dothi.telemetry import digests
from dothi.telemetry.archive.altered import altered
from dothi.telemetry.types import Reading
from tests.integration.telemetry.test_archive import DAY, FIRST, left, readings, run
from tests.integration.telemetry.test_queue import NOW, connected, stored

HOUR = NOW.replace(minute=0)
LATER = NOW + timedelta(hours=1, minutes=2)


class TestDigests:
    def test_are_made_once_an_hour_is_over(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            assert await digests.make(connection, HOUR + timedelta(minutes=60)) == 0
            assert await digests.make(connection, LATER) == 1
            assert await digests.make(connection, LATER) == 0
            found = await connection.fetchrow("select hour, batches, readings from telemetry.digest")
            assert tuple(found) == (HOUR, 2, 404)
            assert await altered(connection, HOUR, tmp_path) == []

        run(dsn, act, readings(), readings(1))

    @pytest.mark.parametrize(
        "harm",
        [
            "update telemetry.reading set value = value + 1e-9 where value between 3 and 3.1",
            "update telemetry.reading set at = at + interval '1 us' where value between 3 and 3.1",
            "update telemetry.reading set flags = 1 where value = 1 and at = '2026-11-01 00:00:00.000006+00'",
            "update telemetry.reading set words = 'đóng' where words is not null",
            "delete from telemetry.reading where value between 3 and 3.1",
            "insert into telemetry.reading (at, value, series, batch) select at, 1, series + 1, batch"
            " from telemetry.reading where value between 3 and 3.1",
            "update telemetry.batch set recorded_at = recorded_at + interval '1 s'",
        ],
    )
    def test_show_what_was_altered(self, dsn: str, tmp_path: Path, harm: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await digests.make(connection, LATER)
            await connection.execute(harm)
            assert await altered(connection, HOUR, tmp_path)

        run(dsn, act, readings())

    def test_hold_for_days_that_left(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await digests.make(connection, LATER)
            await left(connection, tmp_path)
            assert await altered(connection, HOUR, tmp_path) == []

        run(dsn, act, readings())
        asyncio.run(stored(dsn, [Reading("pm25", round(FIRST.timestamp() * 1e6) + 1, 3.0)], recorded=LATER))
        asyncio.run(connected(dsn, lambda connection: left(connection, tmp_path, DAY)))

        async def again(connection: asyncpg.Connection) -> None:
            assert await altered(connection, HOUR, tmp_path) == []

        asyncio.run(connected(dsn, again))
