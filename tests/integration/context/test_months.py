"""Partitions of the past: what lay in the default one moves into its month, whole."""

import asyncio
from datetime import UTC, datetime

from dothi.context.store import pool

SAY = """
    insert into context.history (at, created_at, modified_at, value, evolution, attribute, observed)
    values ($1, $1, $1, 1, 1, 1, true)"""
WHERE = "select tableoid::regclass::text from context.history where evolution = 1 order by at"
ALL = "select * from context.history where evolution = 1 order by at"
REST, JANUARY = "context.history_rest", "context.history_2020_01"


def day(month: int, number: int) -> datetime:
    return datetime(2020, month, number, tzinfo=UTC)


class TestMonth:
    def test_takes_what_was_said_of_it_before_it_was_made(self, dsn: str) -> None:
        async def story() -> None:
            connections = await pool.connect(dsn, most=1)
            await pool.create_tables(connections)
            for said in (day(1, 5), day(2, 5)):
                await connections.execute(SAY, said)
            before = await connections.fetch(ALL)
            for _again in range(2):
                await connections.execute("select context.keep_month($1)", day(1, 9))
                assert await connections.fetch(ALL) == before
            await connections.execute(SAY, day(1, 6))
            found = [row[0] for row in await connections.fetch(WHERE)]
            assert found == [JANUARY, JANUARY, REST]
            await connections.close()

        asyncio.run(story())
