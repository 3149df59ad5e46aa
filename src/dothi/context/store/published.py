"""
Rights as the node publishes them: read from its tables by plain SQL, and followed by NOTIFY.

The tables are those of dothi.foundation.clients, in the schema `public` of the node's database. Where they
are not, this broker is alone. A connection of its own listens; while it is away all is read again every
second, and a change that nobody announced is seen within RECHECKED_S.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from dothi.context.rights.book import Book, Client, Pages
from dothi.context.rights.right import Right, right
from dothi.context.store.statements import sql

CHANNEL: Final = "dothi_rights"
RECHECKED_S: Final = 3.0
AGAIN_S: Final = 1.0
AWAY: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
log = logging.getLogger(__name__)
Row = Mapping[str, Any]


@dataclass
class Published:
    """Keeps `book` as the node has it."""

    pool: asyncpg.Pool
    book: Book

    async def begin(self) -> bool:
        """Read the book for the first time; tells whether the node publishes any."""
        if not await self.pool.fetchval("select to_regclass('public.clients_right') is not null"):
            return False
        await self.read()
        return True

    async def run(self) -> None:
        """Follow the tables, until cancelled."""
        while True:
            try:
                async with self.pool.acquire() as connection:
                    await self._follow(connection)
            except AWAY as error:
                log.warning("rights cannot be followed just now: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def read(self) -> None:
        """Read the whole book; three statements."""
        async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            clients = await connection.fetch(sql("clients"))
            granted = await connection.fetch(sql("client_rights"))
            revoked = await connection.fetch(sql("client_revocations"))
        self.book.pages = pages(clients, granted, [row["jti"] for row in revoked])

    async def _follow(self, connection: asyncpg.Connection) -> None:
        changed = asyncio.Event()

        def heard(*_told: object) -> None:
            changed.set()

        await connection.add_listener(CHANNEL, heard)
        try:
            while True:
                changed.clear()
                await self.read()
                await connection.fetchval("select 1", timeout=RECHECKED_S)
                try:
                    await asyncio.wait_for(changed.wait(), RECHECKED_S)
                except TimeoutError:
                    continue
        finally:
            await connection.remove_listener(CHANNEL, heard)


def pages(clients: Iterable[Row], granted: Iterable[Row], revoked: Iterable[str]) -> Pages:
    """Return what rows say; a right that cannot be understood opens nothing."""
    found: dict[str | None, list[Right]] = {}
    for row in granted:
        one = right(row)
        if one is not None:
            found.setdefault(row["client"], []).append(one)
    told = list(clients)
    return Pages(
        {
            row["name"]: Client(
                tuple(found.get(row["name"], ())), row["tokens_since"], row["valid_from"], row["valid_to"]
            )
            for row in told
        },
        tuple(found.get(None, ())),
        {fingerprint: row["name"] for row in told for fingerprint in row["certificates"]},
        frozenset(revoked),
    )
