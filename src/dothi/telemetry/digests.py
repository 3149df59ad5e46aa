"""
What makes an altered reading show: a hash of each batch, and hour by hour a Merkle root over them.

A batch's hash is SHA-256 over its instant of recording and its rows as binary COPY, by series and instant,
with number 0 for the batch. An hour's leaves are number and hash of its batches (by `recorded_at`), by
number; its root is RFC 6962's. A job in a room above puts the root into the ledger. `archive.altered`
reads all readings anew, from PostgreSQL or from the files of days that left it.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from dothi.kernel.merkle import leaf_hash, root
from dothi.telemetry.store.statements import sql
from dothi.telemetry.store.writer import AGAIN_S, GONE, Clock

SETTLED: Final = timedelta(minutes=1)
"""So long after its end an hour has all its batches: a transaction takes 15 s at most."""
EVERY_S: Final = 30.0


async def keep(dsn: str, clock: Clock) -> None:
    """Make the digest of each hour that is over, until cancelled."""
    while True:
        with contextlib.suppress(*GONE):
            connection = await asyncpg.connect(dsn)
            try:
                while True:
                    await make(connection, clock())
                    await asyncio.sleep(EVERY_S)
            finally:
                connection.terminate()
        await asyncio.sleep(AGAIN_S)


async def make(connection: asyncpg.Connection, now: datetime) -> int:
    """Make the digests of hours with batches that are over and have none; returns how many."""
    made = 0
    for row in await connection.fetch(sql("hours_open"), now - SETTLED):
        leaves = await leaves_of(connection, row["hour"])
        readings = sum(leaf["readings"] for leaf in leaves)
        told = await connection.execute(
            sql("hour_keep"),
            row["hour"],
            len(leaves),
            readings,
            root([leaf_of(leaf) for leaf in leaves]),
            now,
        )
        made += told == "INSERT 0 1"
    return made


async def leaves_of(connection: asyncpg.Connection, hour: datetime) -> Sequence[asyncpg.Record]:
    """Return the batches of an hour that have a hash, by number."""
    return list(await connection.fetch(sql("hour_batches"), hour))


def leaf_of(row: Mapping[str, object]) -> bytes:
    """Return the leaf of a batch."""
    number, digest = row["number"], row["digest"]
    assert isinstance(number, int)
    assert isinstance(digest, bytes)
    return leaf_hash(number.to_bytes(8) + digest)
