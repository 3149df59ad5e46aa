"""When a batch was recorded rises strictly in the order of commits, whatever clocks and connections do."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import asyncpg
import pytest

from dothi.telemetry import asking
from dothi.telemetry.store.keeping import Keeper, Kept
from dothi.telemetry.types import Device, Flag, Readings
from tests.integration.telemetry.test_flags import kept as flagged
from tests.integration.telemetry.test_flags import known
from tests.integration.telemetry.test_queue import NOW, connected, reading, stored
from tests.support.devices import AIR
from tests.support.waiting import PATIENCE_S

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


class Ingest:
    """One of several connections that write, its transaction open from the start."""

    def __init__(self, connection: asyncpg.Connection, device: str) -> None:
        self.connection, self._device = connection, device
        self.keeper = Keeper()
        self._open = connection.transaction()

    async def write(self, value: float) -> Kept:
        """Write a reading; it is neither recorded nor committed yet."""
        await self.connection.execute("select telemetry.keep_day($1)", NOW.date())
        told = [(self._device, Readings.of([reading(value, NOW - HOUR)]))]
        rows = await self.keeper.rows(self.connection, told)
        await self._open.start()
        kept = await self.keeper.keep(self.connection, rows, NOW)
        assert kept
        return kept

    async def record(self, kept: Kept) -> datetime:
        return await self.keeper.record(self.connection, kept, lambda: datetime.now(UTC))

    async def commit(self) -> None:
        await self._open.commit()


async def known_then(connection: asyncpg.Connection, at: datetime) -> list[float | None]:
    return [one.value for one in await asking.latest(connection, NOW, at)]


class TestTwoConnections:
    def test_that_commit_in_reverse_order_change_nothing_of_what_was_known(self, dsn: str) -> None:
        async def act(reader: asyncpg.Connection) -> None:
            other, another = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
            first, second = Ingest(other, "s1"), Ingest(another, "s2")
            begun = await first.write(1)
            early = await second.record(await second.write(2))
            await second.commit()
            now = datetime.now(UTC)  # the first began before the second, and still is not there
            answer = await known_then(reader, now)
            late = await first.record(begun)
            await first.commit()
            assert early <= now < late
            assert answer == await known_then(reader, now) == [2]
            assert await known_then(reader, late) == [1, 2]
            await other.close()
            await another.close()

        asyncio.run(connected(dsn, act))

    def test_have_their_turn_one_after_the_other_and_who_asks_waits_for_it(self, dsn: str) -> None:
        async def act(reader: asyncpg.Connection) -> None:
            other, another = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
            first, second = Ingest(other, "s1"), Ingest(another, "s2")
            early = await first.record(await first.write(1))
            waiting = asyncio.create_task(second.record(await second.write(2)))
            asked = asyncio.create_task(known_then(reader, early))
            await _wait(dsn, 2)
            assert not waiting.done()
            assert not asked.done()
            await first.commit()
            late = await asyncio.wait_for(waiting, PATIENCE_S)
            assert early < late
            await second.commit()
            assert await asyncio.wait_for(asked, PATIENCE_S) == [1] == await known_then(reader, early)
            await other.close()
            await another.close()

        asyncio.run(connected(dsn, act))


class TestCopy:
    def test_is_told_once_a_batch_and_only_of_what_is_new(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            ingest, begun = Ingest(connection, "s1"), list[int]()
            ingest.keeper.on_copy = lambda: begun.append(1)
            kept = await ingest.write(1)
            await ingest.record(kept)
            assert begun == [1]
            assert await ingest.keeper.keep(connection, kept.told, NOW) is None
            assert begun == [1]
            await ingest.commit()

        asyncio.run(connected(dsn, act))


async def _wait(dsn: str, count: int) -> None:
    """Wait until so many wait for their turn."""
    connection = await asyncpg.connect(dsn)
    query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    async with asyncio.timeout(PATIENCE_S):
        while await connection.fetchval(query) < count:
            await asyncio.sleep(0.01)
    await connection.close()


class TestClock:
    @pytest.mark.parametrize("jump", [-26 * HOUR, -3 * SECOND, timedelta(), 26 * HOUR])
    def test_that_jumps_leaves_every_reading_and_the_order_of_recording(
        self, dsn: str, jump: timedelta
    ) -> None:
        """A batch before the jump, one after it, and one when the clock is right again."""
        keeper = known(Device("s1", bytes(32), AIR))
        for number, at in enumerate([NOW, NOW + jump, NOW + SECOND]):
            told = [reading(number, at - SECOND)] if number == 1 else [reading(number, NOW + number * SECOND)]
            asyncio.run(stored(dsn, told, recorded=at, keeper=keeper))

        async def act(connection: asyncpg.Connection) -> None:
            rows = await connection.fetch("select recorded_at from telemetry.batch order by number")
            assert all(one["recorded_at"] < other["recorded_at"] for one, other in pairwise(rows))
            assert rows[1]["recorded_at"] >= NOW + jump
            assert [one.value for one in await asking.latest(connection, NOW + 2 * SECOND)] == [2]

        asyncio.run(connected(dsn, act))
        assert sorted(value for value, _ in flagged(dsn)) == [0, 1, 2]
        assert keeper.clock_behind == max(jump - SECOND, timedelta())

    def test_that_stands_before_its_readings_rejects_them_until_it_is_right(self, dsn: str) -> None:
        keeper = known(Device("s1", bytes(32), AIR))
        asyncio.run(stored(dsn, [reading(1, NOW)], recorded=NOW - HOUR, keeper=keeper))
        asyncio.run(stored(dsn, [reading(2, NOW + SECOND)], recorded=NOW, keeper=keeper))
        assert flagged(dsn) == [(1, Flag.SKEW), (2, 0)]
