"""Days become files, and a question has the same answer wherever its days stand."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import asyncpg
import psycopg
import pytest

from dothi.telemetry.archive import daily, days, lake, retention
from dothi.telemetry.archive.retention import Act
from dothi.telemetry.types import Reading
from tests.integration.telemetry.test_queue import connected, stored, us

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
DAY = FIRST.date()
TODAY = date(2026, 11, 22)
QUESTION = """
    select name, count(*), sum(value::decimal(18, 6)), min(observed_at)::varchar, max(words),
           max(recorded_at)::varchar
    from reading group by name order by name"""

Act_ = Callable[[asyncpg.Connection], Awaitable[None]]


def readings(day: int = 0, count: int = 200) -> list[Reading]:
    begin = us(FIRST + timedelta(days=day))
    numbers = [Reading("pm25", begin + n * 400_000_000, n / 7) for n in range(count)]
    return [*numbers, Reading("state", begin + 5, None, "mở 'cửa'"), Reading("state", begin + 6, 1.0)]


async def asked(connection: asyncpg.Connection, folder: Path, first: date = DAY) -> list[object]:
    with await lake.opened(connection, folder, first, TODAY) as duck:
        return list(duck.execute(QUESTION).fetchall())


async def left(connection: asyncpg.Connection, folder: Path, day: date = DAY) -> None:
    """Let a day leave PostgreSQL."""
    await days.close(connection, day, at=FIRST)
    await days.archive(connection, day, folder, at=FIRST)
    await days.drop(connection, day, folder, at=FIRST)


def run(dsn: str, act: Act_, *batches: list[Reading]) -> None:
    asyncio.run(stored(dsn, *batches))
    asyncio.run(connected(dsn, act))


class TestLake:
    def test_answers_the_same_hot_cold_and_half(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            hot = await asked(connection, tmp_path)
            await left(connection, tmp_path)
            assert await asked(connection, tmp_path) == hot
            await left(connection, tmp_path, DAY + timedelta(days=1))
            assert await asked(connection, tmp_path) == hot
            assert hot[0][1] == 400  # type: ignore[index]  # a row
            assert await connection.fetchval("select count(*) from telemetry.reading") == 0

        run(dsn, act, readings(), readings(1))

    def test_reads_nothing_else_of_the_machine(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            with await lake.opened(connection, tmp_path, DAY, TODAY) as duck:
                with pytest.raises(Exception, match="Permission Error"):
                    duck.execute("select * from read_text('/etc/passwd')").fetchall()
                with pytest.raises(Exception, match="lock"):
                    duck.execute("set enable_external_access = true")

        run(dsn, act, readings())


class TestLateData:
    def test_of_a_day_that_left_joins_its_file_once(self, dsn: str, tmp_path: Path) -> None:
        asyncio.run(stored(dsn, readings()))
        asyncio.run(connected(dsn, lambda connection: left(connection, tmp_path)))
        again, late = readings()[0], Reading("pm25", us(FIRST) + 1, 1000.0)
        asyncio.run(stored(dsn, [again, late]))  # the first is in the file already

        async def act(connection: asyncpg.Connection) -> None:
            hot = await asked(connection, tmp_path)
            assert hot[0][1] == 201  # type: ignore[index]  # a row
            await left(connection, tmp_path)
            assert await asked(connection, tmp_path) == hot

        asyncio.run(connected(dsn, act))


class TestDrop:
    def test_is_refused_when_something_came_since_the_file_was_written(
        self, dsn: str, tmp_path: Path
    ) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await days.close(connection, DAY, at=FIRST)
            await days.archive(connection, DAY, tmp_path, at=FIRST)
            await stored(dsn, [Reading("pm25", us(FIRST) + 1, 1.0)])
            with pytest.raises(days.Differs, match="have come since"):
                await days.drop(connection, DAY, tmp_path, at=FIRST)

        run(dsn, act, readings())

    def test_is_refused_when_the_file_was_touched(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await days.close(connection, DAY, at=FIRST)
            written = await days.archive(connection, DAY, tmp_path, at=FIRST)
            with (tmp_path / written.file).open("ab") as file:
                file.write(b"\0")
            with pytest.raises(days.Differs, match="not what was written"):
                await days.drop(connection, DAY, tmp_path, at=FIRST)

        run(dsn, act, readings())

    def test_waits_for_who_reads_and_keeps_nobody_waiting_in_a_ring(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await days.close(connection, DAY, at=FIRST)
            await days.archive(connection, DAY, tmp_path, at=FIRST)
            reader = await asyncpg.connect(dsn)
            async with reader.transaction():
                await reader.execute("lock table only telemetry.reading in access share mode")
                dropping = asyncio.create_task(days.drop(connection, DAY, tmp_path, at=FIRST))
                while not await reader.fetchval("select exists (select from pg_locks where not granted)"):
                    await asyncio.sleep(0.01)
                part = f"telemetry.{days.partition(DAY)}"
                await reader.execute(
                    f"set local lock_timeout = '1ms'; lock table {part} in access share mode"
                )
            await dropping
            await reader.close()

        run(dsn, act, readings())


class TestRetention:
    def test_shows_steps_and_takes_them_but_never_what_is_held(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute(
                "update telemetry.policy set days = case what when 'hot' then 10 when 'cold' then 20 end"
            )
            steps = await retention.plan(connection, TODAY)
            assert [(one.act, one.day) for one in steps if one.day < TODAY] == [
                (Act.CLOSE, DAY), (Act.ARCHIVE, DAY), (Act.DROP, DAY),
            ]  # fmt: skip
            assert await connection.fetchval("select count(*) from telemetry.reading") == 202
            await retention.take(connection, steps, tmp_path, at=FIRST)
            await connection.execute(
                "insert into telemetry.hold (first_day, last_day, reason, made_by, made_at)"
                " values ($1, $1, 'case 1', 'prosecutor', $2)", DAY, FIRST,
            )  # fmt: skip
            steps = await retention.plan(connection, TODAY)
            assert [(one.act, one.held) for one in steps if one.day == DAY] == [(Act.DELETE, True)]
            await retention.take(connection, steps, tmp_path, at=FIRST)
            with pytest.raises(days.Held):
                await days.delete(connection, DAY, tmp_path)
            assert list(tmp_path.rglob("*.parquet"))
            await connection.execute(
                "update telemetry.hold set lifted_by = 'prosecutor', lifted_at = $1", FIRST
            )
            await retention.take(connection, await retention.plan(connection, TODAY), tmp_path, at=FIRST)
            assert not list(tmp_path.rglob("*.parquet"))

        run(dsn, act, readings())

    def test_forgets_no_finding_of_a_held_day(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.executemany(
                "insert into telemetry.finding (at, device, kind, topic, detail, payload)"
                " values ($1, 's1', 'form', '', '', '')",
                [(FIRST,), (FIRST + timedelta(hours=24),)],
            )
            await connection.execute("update telemetry.policy set days = 10")
            await connection.execute(
                "insert into telemetry.hold (first_day, last_day, reason, made_by, made_at)"
                " values ($1, $1, 'case 1', 'prosecutor', $2)", DAY, FIRST,
            )  # fmt: skip
            await retention.take(connection, await retention.plan(connection, TODAY), tmp_path, at=FIRST)
            left = [row["at"] for row in await connection.fetch("select at from telemetry.finding")]
            assert left == [FIRST]
            await connection.execute("update telemetry.hold set lifted_by = 'p', lifted_at = $1", FIRST)
            await retention.take(connection, await retention.plan(connection, TODAY), tmp_path, at=FIRST)
            assert await connection.fetchval("select count(*) from telemetry.finding") == 0

        run(dsn, act)


def test_a_closed_day_has_its_btree(dsn: str) -> None:
    asyncio.run(stored(dsn, readings()))
    asyncio.run(connected(dsn, lambda connection: days.close(connection, DAY, at=FIRST)))
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "select indexdef from pg_indexes where tablename = %s", [days.partition(DAY)]
        ).fetchall()
    assert any("btree (series, at)" in row[0] for row in found)


class TestDaily:
    def test_runs_once_a_night_and_says_what_came_of_it(self, dsn: str, tmp_path: Path) -> None:
        morning = datetime.combine(TODAY, time(3), UTC)
        first, later, next_night = morning, morning + timedelta(hours=14), morning + timedelta(hours=16)

        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute("update telemetry.policy set days = 10 where what = 'hot'")
            steps = len(await retention.plan(connection, TODAY))
            done = await daily.run_if_due(dsn, tmp_path, lambda: first)
            assert done
            assert (done.begun_at, done.held, done.failures) == (first, 0, [])
            assert done.steps == steps
            assert list(tmp_path.rglob("*.parquet"))
            assert await daily.run_if_due(dsn, tmp_path, lambda: later) is None
            assert await daily.run_if_due(dsn, tmp_path, lambda: next_night)
            assert await connection.fetchval("select count(*) from telemetry.keeping") == 2

        run(dsn, act, readings())

    def test_makes_up_for_a_run_that_was_killed(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute("insert into telemetry.keeping (begun_at) values ($1)", FIRST)
            assert await daily.run_if_due(dsn, tmp_path, lambda: FIRST + timedelta(minutes=5))
            assert await daily.run_if_due(dsn, tmp_path, lambda: FIRST + timedelta(minutes=10)) is None

        run(dsn, act)

    def test_goes_on_once_a_clock_that_was_ahead_is_right(self, dsn: str, tmp_path: Path) -> None:
        async def act(_connection: asyncpg.Connection) -> None:
            assert await daily.run_if_due(dsn, tmp_path, lambda: FIRST + timedelta(days=400))
            assert await daily.run_if_due(dsn, tmp_path, lambda: FIRST)
            assert await daily.run_if_due(dsn, tmp_path, lambda: FIRST) is None

        run(dsn, act)

    def test_says_which_day_failed_and_goes_on_with_the_others(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute("update telemetry.policy set days = 10 where what = 'hot'")
            (tmp_path / "2026/11").mkdir(parents=True)
            (tmp_path / "2026/11/01.new").mkdir()  # where the first day's file is to be written
            told = await daily.run(connection, tmp_path, lambda: FIRST + timedelta(days=21))
            assert told
            assert told.ended_at
            assert "2026-11-01 archive" in told.failures[0]
            assert (tmp_path / "2026/11/02.parquet").exists()
            assert await asked(connection, tmp_path)

        run(dsn, act, readings(), readings(1))

    def test_goes_on_with_the_others_where_postgresql_refuses_one(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute("update telemetry.policy set days = 10 where what = 'hot'")
            await connection.execute(f"create view needs_it as select * from telemetry.{days.partition(DAY)}")
            told = await daily.run(connection, tmp_path, lambda: FIRST + timedelta(days=21))
            assert told
            assert [one[:15] for one in told.failures] == ["2026-11-01 drop"]
            assert await connection.fetchval("select count(*) from telemetry.reading") == 202

        run(dsn, act, readings(), readings(1))

    def test_is_done_by_one_at_a_time(self, dsn: str, tmp_path: Path) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            other = await asyncpg.connect(dsn)
            await other.execute("select pg_advisory_lock(hashtext('telemetry.keeping'))")
            assert await daily.run(connection, tmp_path, lambda: FIRST) is None
            await other.close()

        run(dsn, act)


class TestCommand:
    def test_shows_does_and_asks(self, dsn: str, tmp_path: Path) -> None:
        day = datetime.now(UTC).date() - timedelta(days=9)
        asyncio.run(stored(dsn, readings((day - DAY).days)))
        with psycopg.connect(dsn) as connection:
            connection.execute("update telemetry.policy set days = 1 where what = 'hot'")
        query = ("ask", "select count(*) as many from reading", "--first", str(day), "--last", str(day))
        hot = told(dsn, tmp_path, *query)
        assert hot == "many\r\n202\r\n"
        assert f"{day} archive" in told(dsn, tmp_path, "keep")
        assert not list(tmp_path.rglob("*.parquet"))
        told(dsn, tmp_path, "keep", "--yes")
        assert list(tmp_path.rglob("*.parquet"))
        assert told(dsn, tmp_path, *query) == hot


def told(dsn: str, folder: Path, *arguments: str) -> str:
    """Return what `dothi readings` says."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DOTHI_")}
    done = subprocess.run(
        [sys.executable, "-m", "dothi.config.cli", "readings", "--folder", str(folder), *arguments],
        env={**environ, "DOTHI_DSN": dsn}, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode()
