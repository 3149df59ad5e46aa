"""What was stored, stored again in a fresh database, gives the same state; what was altered stops it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import psycopg
import pytest

from dothi.config.supervisor import postgres
from dothi.context.store import pool
from dothi.telemetry import queue, rollups, tending
from dothi.telemetry.archive.days import Differs
from dothi.telemetry.archive.replay import replay
from dothi.telemetry.feed.feeding import CONSUMER, Feed
from dothi.telemetry.store.writer import create_tables
from dothi.telemetry.types import Device, Flag, Measure, Profile, Reading
from tests.integration.telemetry.test_archive import left
from tests.integration.telemetry.test_feed import ENTITY, fed, take, twinned
from tests.integration.telemetry.test_flags import known
from tests.integration.telemetry.test_queue import connected, stored, us

AIR = Profile(
    "air",
    {
        "pm25": Measure("pm25", "ug/m3", low=0, high=500, step=50, stuck_s=120, gap_s=3_600),
        "door": Measure("door"),
    },
)
BEGAN = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = BEGAN.date()
STATE = ("reading", "batch", "series", "last_value", "rollup", "finding", "twin", "hold")


@pytest.fixture
def fresh(cluster: postgres.Cluster) -> str:
    """A database with telemetry's tables and nothing in them."""
    name = f"dothi_{uuid4().hex[:12]}"
    postgres.create_database(cluster, name)
    told = cluster.dsn(postgres.SUPERUSER, name)
    asyncio.run(create_tables(told))
    return told


def at(minutes: float, value: float) -> Reading:
    return Reading("pm25", us(BEGAN + timedelta(minutes=minutes)), value)


BATCHES = (
    [at(0, 10), at(1, 12), Reading("door", us(BEGAN), None, "mở")],
    [at(2, 900), at(3, 90)],  # out of range, a step
    [at(4, 90), at(5, 90), at(6, 90)],  # stuck
    [at(0.5, 11), at(1, 12)],  # late; the second again
    [at(120, 20), at(1_500, 21)],  # after a gap, and the day after
)


async def known_as_ever(connection: asyncpg.Connection) -> None:
    """Let all batches be rolled up."""
    while await rollups.roll_up(connection):
        pass


@pytest.fixture
def source(dsn: str) -> str:
    """A database with two days of readings with flags and words, late and sent twice, rolled up."""

    async def act(connection: asyncpg.Connection) -> None:
        await queue.register(connection, rollups.CONSUMER)
        await queue.register(connection, CONSUMER)
        for number, batch in enumerate(BATCHES):
            recorded = BEGAN + timedelta(minutes=10 * number, days=number // 4 * 2)
            await stored(dsn, batch, recorded=recorded, keeper=known(Device("s1", bytes(32), AIR)))
        await known_as_ever(connection)

    twinned(dsn)
    asyncio.run(connected(dsn, act))
    return dsn


def state(dsn: str) -> dict[str, list[Any]]:
    with psycopg.connect(dsn) as connection:
        return {
            table: sorted(map(repr, connection.execute(f"select * from telemetry.{table}").fetchall()))
            for table in STATE
        }


def again(source: str, folder: Path, target: str, kind: type[asyncpg.Connection] = asyncpg.Connection) -> int:
    async def act() -> int:
        one, other = await asyncpg.connect(source, connection_class=kind), await asyncpg.connect(target)
        try:
            return await replay(one, folder, other, at=BEGAN)
        finally:
            await one.close()
            await other.close()

    return asyncio.run(act())


def in_context(dsn: str) -> str:
    """Let the context hear all that it has to hear; return what it shows then, without when it was told."""

    async def act(feed: Feed) -> None:
        connections = await pool.connect(dsn, most=1)
        await pool.create_tables(connections)
        await connections.close()
        connection = await asyncpg.connect(dsn)
        await tending.tend(connection, BEGAN)
        await connection.close()
        while await take(feed):
            pass

    fed(dsn, act)
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select attributes::text from context.entity where id = %s", [ENTITY]
        ).fetchone()
    assert row
    return re.sub(r'"(created|modified)At": "[^"]*"', "", str(row[0]))


class TestReplay:
    def test_gives_the_same_readings_last_values_and_rollups(
        self, source: str, fresh: str, tmp_path: Path
    ) -> None:
        assert again(source, tmp_path, fresh) == 11
        before = state(source)
        assert state(fresh) == before
        assert f"{int(Flag.STUCK)}" in " ".join(before["reading"])
        assert len(before["last_value"]) == 2
        shown = in_context(fresh)
        assert shown == in_context(source)
        assert '"value": 21' in shown

    def test_gives_the_same_once_days_stand_in_files(self, source: str, fresh: str, tmp_path: Path) -> None:
        before = state(source)
        asyncio.run(connected(source, lambda connection: left(connection, tmp_path, DAY)))
        assert again(source, tmp_path, fresh) == 11
        assert state(fresh) == before

    def test_takes_what_was_there_when_it_began(self, source: str, fresh: str, tmp_path: Path) -> None:
        class Meanwhile(asyncpg.Connection):  # type: ignore[misc]  # its library tells no types
            """A connection beside which a device tells something new, once the series have been copied."""

            async def copy_from_table(self, table_name: str, **told: Any) -> str:
                done: str = await super().copy_from_table(table_name, **told)
                if table_name == "series":
                    await stored(source, [Reading("humidity", us(BEGAN), 60.0)])
                return done

        assert again(source, tmp_path, fresh, Meanwhile) == 11
        assert len(state(source)["reading"]) == 12

    def test_stops_at_a_reading_that_was_altered(self, source: str, fresh: str, tmp_path: Path) -> None:
        with psycopg.connect(source) as connection:
            connection.execute("update telemetry.reading set value = 13 where value = 12")
        with pytest.raises(Differs, match="batch 1 is not what was recorded"):
            again(source, tmp_path, fresh)

    def test_is_refused_where_readings_are(self, source: str, tmp_path: Path) -> None:
        with pytest.raises(Differs, match="has readings already"):
            again(source, tmp_path, source)
