"""Who waits for a commit, when there is no database."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg

from dothi.context.operations import provision
from dothi.context.store.changes import Changes


class Nobody:
    """A pool of a database that is gone; `asked` counts who wanted a connection."""

    def __init__(self) -> None:
        self.asked = 0

    def acquire(self) -> Any:
        self.asked += 1
        raise ConnectionRefusedError


class TestChanges:
    def test_fail_together_where_there_is_no_database(self) -> None:
        pool = Nobody()
        changes = Changes(cast(asyncpg.Pool, pool), lambda: datetime(2026, 11, 22, tzinfo=UTC))

        async def act() -> list[Any]:
            writer = asyncio.create_task(changes.run())
            asked = [changes.apply("", f"urn:x:{number}", provision.delete()) for number in range(20)]
            told = await asyncio.gather(*asked, return_exceptions=True)
            writer.cancel()
            return told

        assert all(isinstance(one, ConnectionRefusedError) for one in asyncio.run(act()))
        assert pool.asked == 5  # for 10, 5, 3, 1 and 1 of them: half of those who wait, each time
