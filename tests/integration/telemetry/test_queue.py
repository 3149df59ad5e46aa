"""What was stored is handed to each consumer, at least once, and goes with its transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import psycopg
import pytest

from dothi.telemetry import asking, queue
from dothi.telemetry.store.keeping import Keeper
from dothi.telemetry.store.writer import Message, Writer, create_tables
from dothi.telemetry.types import Reading, Readings
from tests.support.waiting import PATIENCE_S

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Waiting:
    """A sender that knows how many of its messages are stored."""

    def __init__(self) -> None:
        self.count = 0
        self.some = asyncio.Event()

    def stored(self, packets: Sequence[int]) -> None:
        self.count += len(packets)
        self.some.set()

    def lost(self) -> None:
        raise AssertionError("a message was lost")

    async def await_count(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.count < count:
                await self.some.wait()
                self.some.clear()


def us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def reading(value: float, at: datetime = NOW, series: str = "pm25") -> Reading:
    return Reading(series, us(at), value)


async def stored(
    dsn: str, *batches: list[Reading], device: str = "s1", recorded: datetime = NOW,
    keeper: Keeper | None = None,
) -> None:  # fmt: skip
    """Store each list of readings as a batch, recorded a minute after the one before."""
    instants = iter(recorded + timedelta(minutes=number) for number in range(10_000))
    writer = Writer(dsn, lambda: current[0], keeper or Keeper(), linger_s=0)
    current = [next(instants)]
    task = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not writer.up:
                await asyncio.sleep(0.01)
        sender = Waiting()
        for number, batch in enumerate(batches, 1):
            writer.put(Message(sender, number, device, Readings.of(batch)))
            await sender.await_count(number)
            current[0] = next(instants)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def connected(dsn: str, act: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await act(connection)
    finally:
        await connection.close()


class TestPending:
    def test_batches_come_to_each_consumer_and_go_when_done(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await queue.register(connection, "context")
            await queue.register(connection, "alerts")
            await stored(
                dsn, [reading(1), reading(2, NOW + timedelta(minutes=1))], [reading(3, NOW - timedelta(1))]
            )
            for consumer in ("context", "alerts"):
                async with queue.taken(connection, consumer) as told:
                    assert len(told.batches) == 2
                    assert [one.value for one in told.readings] == [3, 1, 2]
                    assert {(one.device, one.name, one.flags) for one in told.readings} == {("s1", "pm25", 0)}
                async with queue.taken(connection, consumer) as told:
                    assert not told.batches

        asyncio.run(connected(dsn, act))

    def test_what_a_failed_block_took_waits_again(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await queue.register(connection, "context")
            await stored(dsn, [reading(1)])
            with pytest.raises(RuntimeError):
                async with queue.taken(connection, "context"):
                    raise RuntimeError
            async with queue.taken(connection, "context") as told:
                assert [one.value for one in told.readings] == [1]

        asyncio.run(connected(dsn, act))

    def test_two_who_take_at_a_time_never_share_a_batch(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await queue.register(connection, "context")
            await stored(dsn, *([reading(n, NOW + timedelta(seconds=n))] for n in range(4)))
            other = await asyncpg.connect(dsn)
            async with queue.taken(connection, "context", 2) as one, queue.taken(other, "context", 4) as two:
                assert len(one.batches) == len(two.batches) == 2
                assert not set(one.batches) & set(two.batches)
            await other.close()

        asyncio.run(connected(dsn, act))

    def test_is_followed_as_it_comes(self, dsn: str) -> None:
        async def act(_: asyncpg.Connection) -> None:
            heard: list[float | None] = []
            some = asyncio.Event()

            async def hear(_: asyncpg.Connection, told: queue.Taken) -> None:
                heard.extend(one.value for one in told.readings)
                some.set()

            task = asyncio.create_task(queue.follow(dsn, "context", hear))
            while not await _registered(dsn):
                await asyncio.sleep(0.01)
            await stored(dsn, [reading(7)])
            await asyncio.wait_for(some.wait(), queue.ANEW_S / 2)  # told, not found by looking
            task.cancel()
            assert heard == [7]

        asyncio.run(connected(dsn, act))


async def _registered(dsn: str) -> bool:
    connection = await asyncpg.connect(dsn)
    found = await connection.fetchval("select count(*) from telemetry.consumer")
    await connection.close()
    return bool(found)


class TestAsking:
    def test_a_late_reading_is_seen_as_it_was_and_not_as_it_was_known(self, dsn: str) -> None:
        early, late = NOW - timedelta(hours=2), NOW - timedelta(hours=1)

        async def act(connection: asyncpg.Connection) -> None:
            await stored(dsn, [reading(1, early)], [reading(2, late)])  # recorded at NOW and a minute later
            series = (await asking.numbers(connection, "s1"))["pm25"]
            assert [one.value for one in await asking.latest(connection, NOW)] == [2]
            assert [one.value for one in await asking.latest(connection, NOW, NOW)] == [1]
            assert [one.value for one in await asking.latest(connection, early)] == [1]
            assert await asking.latest(connection, NOW, back=timedelta(minutes=1)) == []
            assert await asking.latest(connection, NOW, series=[series + 1]) == []
            window = (connection, [series], early, NOW)
            assert [one.value for one in await asking.between(*window)] == [1, 2]
            assert [one.value for one in await asking.between(*window, NOW)] == [1]

        asyncio.run(connected(dsn, act))

    def test_other_drivers_ask_the_same_functions(self, dsn: str) -> None:
        asyncio.run(stored(dsn, [reading(1, NOW - timedelta(minutes=5))]))
        with psycopg.connect(dsn) as connection:
            told = connection.execute(
                "select device, value from telemetry.latest(%s, %s)", [NOW, NOW]
            ).fetchall()
        assert told == [("s1", 1.0)]


class TestTables:
    def test_may_be_made_again_over_older_ones(self, dsn: str) -> None:
        asyncio.run(stored(dsn, [reading(1)]))
        with psycopg.connect(dsn) as connection:  # as they were before there were flags
            connection.execute(
                "alter table telemetry.reading drop column flags;"
                "alter table telemetry.device drop column lon;"
                "alter table telemetry.last_value"
                " drop column seen_at, drop column same_since, drop column flags;"
                "drop table telemetry.pending, telemetry.consumer, telemetry.twin;"
                "comment on schema telemetry is 'other words'"
            )
        asyncio.run(create_tables(dsn))
        asyncio.run(stored(dsn, [reading(2, NOW + timedelta(minutes=1))]))
        with psycopg.connect(dsn) as connection:
            told = connection.execute("select value, flags from telemetry.reading order by at").fetchall()
        assert told == [(1, 0), (2, 0)]
