"""Each table of what is told of devices has its edition: who edits one keeps no other waiting."""

import asyncio

import asyncpg

from dothi.telemetry.store.writer import create_tables
from tests.integration.telemetry.test_queue import connected

EDIT = {
    "device": "update telemetry.device set name_vi = 'Trạm' where id = 's1'",
    "profile": "update telemetry.profile set name_vi = 'Không khí' where name = 'air'",
    "series": "insert into telemetry.series (device, name) values ('s2', 'pm10')",
}
OF_ALL = """
    drop table telemetry.edition;
    create table telemetry.edition (
        one boolean primary key default true check (one), name uuid not null default gen_random_uuid()
    );
    insert into telemetry.edition default values;
    comment on schema telemetry is 'other words'"""
"""As the table was while there was one row for all."""


async def names(connection: asyncpg.Connection) -> dict[str, object]:
    """Return the names of the editions by table."""
    rows = await connection.fetch("select of, name from telemetry.edition")
    return {row["of"]: row["name"] for row in rows}


class TestEdit:
    def test_gives_the_edited_table_another_name_and_no_other(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            for table, edit in EDIT.items():
                before = await names(connection)
                await connection.execute(edit)
                after = await names(connection)
                assert {one for one in EDIT if before[one] != after[one]} == {table}

        asyncio.run(connected(dsn, act))

    def test_of_devices_keeps_no_series_waiting(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            async def add(other: asyncpg.Connection) -> None:
                await other.execute("set lock_timeout = '1ms'; " + EDIT["series"])

            async with connection.transaction():
                await connection.execute(EDIT["device"])
                await connected(dsn, add)

        asyncio.run(connected(dsn, act))


class TestTable:
    def test_of_before_gets_its_rows_once_and_its_names_stay(self, dsn: str) -> None:
        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute(OF_ALL)
            await create_tables(dsn)
            first = await names(connection)
            assert set(first) == set(EDIT)
            await create_tables(dsn)
            assert await names(connection) == first

        asyncio.run(connected(dsn, act))
