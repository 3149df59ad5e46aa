"""Who does not keep up falls behind, is named, fills no disk, and hears of everything in the end."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import asyncpg

from dothi.telemetry import queue, tending
from tests.integration.telemetry.test_queue import NOW, connected, reading, stored

MOST = 5
MINUTE = timedelta(minutes=1)


async def slow(connection: asyncpg.Connection, name: str = "alerts") -> None:
    """Register a consumer for whom few batches may wait."""
    await queue.register(connection, name)
    await connection.execute("update telemetry.consumer set most = $1 where name = $2", MOST, name)


async def told(dsn: str, first: int, count: int) -> None:
    """Store batches of one reading each, whose values are numbers from `first` on."""
    numbers = range(first, first + count)
    await stored(
        dsn, *([reading(n, NOW - (99 - n) * MINUTE)] for n in numbers), recorded=NOW + first * MINUTE
    )


async def heard(connection: asyncpg.Connection, name: str = "alerts") -> list[float | None]:
    """Take all that waits."""
    found: list[float | None] = []
    while True:
        async with queue.taken(connection, name, 2) as taken:
            found += [one.value for one in taken.readings]
        if not taken.batches:
            return found


async def standing(connection: asyncpg.Connection) -> tuple[int, datetime | None]:
    (one,) = await tending.consumers(connection)
    return one.waiting, one.fell_behind_at


class TestBehind:
    def test_falls_who_does_not_keep_up_and_nothing_more_waits_for_it(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await slow(connection)
            await told(dsn, 0, MOST - 1)
            assert await tending.tend(connection, NOW) == {"alerts": tending.KEEPS_UP}
            await told(dsn, MOST - 1, 3)
            assert await tending.tend(connection, NOW) == {"alerts": tending.FELL}
            await told(dsn, MOST + 2, 20)
            assert await tending.tend(connection, NOW) == {"alerts": "is behind"}
            assert await standing(connection) == (MOST + 2, NOW)

        asyncio.run(connected(dsn, act))

    def test_hears_of_each_batch_once_in_the_end_and_keeps_up_again(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await slow(connection)
            await told(dsn, 0, 8)
            await tending.tend(connection, NOW)
            await told(dsn, 8, 12)
            found, happened = await heard(connection), ""
            while happened != tending.CAUGHT_UP:
                happened = (await tending.tend(connection, NOW))["alerts"]
                assert (await standing(connection))[0] <= MOST
                found += await heard(connection)
            await told(dsn, 20, 2)
            assert await tending.tend(connection, NOW) == {"alerts": tending.KEEPS_UP}
            assert Counter(found + await heard(connection)) == Counter(range(22))
            assert found == list(range(20))  # in the order of recording

        asyncio.run(connected(dsn, act))

    def test_loses_nothing_while_batches_go_on_coming(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await slow(connection)
            await told(dsn, 0, 8)
            await tending.tend(connection, NOW)
            coming = asyncio.create_task(told(dsn, 8, 40))
            found: list[float | None] = []
            other = await asyncpg.connect(dsn)
            while not coming.done() or await standing(connection) != (0, None):
                await tending.tend(other, NOW)
                found += await heard(connection)
            await other.close()
            assert Counter(found) == Counter(range(48))

        asyncio.run(connected(dsn, act))

    def test_leaves_the_others_alone(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await slow(connection, "dead")
            await queue.register(connection, "context")
            await told(dsn, 0, 8)
            await tending.tend(connection, NOW)
            await told(dsn, 8, 8)
            assert await tending.tend(connection, NOW) == {"context": tending.KEEPS_UP, "dead": "is behind"}
            assert await heard(connection, "context") == list(range(16))

        asyncio.run(connected(dsn, act))


class TestHearAgain:
    def test_brings_all_that_was_recorded_since_beside_what_is_new(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await slow(connection)
            await told(dsn, 0, 4)
            assert await heard(connection) == [0, 1, 2, 3]
            # The first was recorded then.
            await connection.execute("select telemetry.hear_again('alerts', $1, $1)", NOW)
            await told(dsn, 4, 1)
            await tending.tend(connection, NOW)
            assert await heard(connection) == [1, 2, 3, 4]
            assert await standing(connection) == (0, None)

        asyncio.run(connected(dsn, act))
