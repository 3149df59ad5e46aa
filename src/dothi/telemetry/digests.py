"""
What makes an altered reading show: a hash of each batch, and hour by hour a Merkle root over them.

A batch's hash is SHA-256 over its instant of recording and its rows as binary COPY, by series and instant,
with number 0 for the batch. An hour's leaves are number and hash of its batches (by `recorded_at`), by
number; its root is RFC 6962's. A job in a room above puts the root into the ledger. `altered` reads all
readings anew, from PostgreSQL or from the files of days that left it.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import numpy as np

from dothi.kernel.merkle import leaf_hash, root
from dothi.telemetry.archive import lake
from dothi.telemetry.quality.checks import Block
from dothi.telemetry.store import rows
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
        leaves = await _leaves(connection, row["hour"])
        readings = sum(leaf["readings"] for leaf in leaves)
        told = await connection.execute(
            sql("hour_keep"), row["hour"], len(leaves), readings, root([_leaf(leaf) for leaf in leaves]), now
        )
        made += told == "INSERT 0 1"
    return made


async def _leaves(connection: asyncpg.Connection, hour: datetime) -> Sequence[asyncpg.Record]:
    return list(await connection.fetch(sql("hour_batches"), hour))


def _leaf(row: Mapping[str, object]) -> bytes:
    number, digest = row["number"], row["digest"]
    assert isinstance(number, int)
    assert isinstance(digest, bytes)
    return leaf_hash(number.to_bytes(8) + digest)


async def altered(connection: asyncpg.Connection, hour: datetime, folder: Path) -> list[str]:
    """Return what is not as it was recorded in an hour: nothing, if all its readings are."""
    kept = await connection.fetchrow("select batches, root from telemetry.digest where hour = $1", hour)
    if kept is None:
        return [f"the hour {hour:%Y-%m-%d %H:%M} has no digest"]
    leaves = await _leaves(connection, hour)
    found = []
    if root([_leaf(leaf) for leaf in leaves]) != kept["root"]:
        found.append(f"the batches are not those of the digest: {len(leaves)} instead of {kept['batches']}")
    hashes = await _hashes(connection, leaves, folder)
    found += [f"batch {row['number']}" for row in leaves if hashes.get(row["number"]) != row["digest"]]
    return found


async def _hashes(
    connection: asyncpg.Connection, leaves: Sequence[asyncpg.Record], folder: Path
) -> dict[int, bytes]:
    """Return the hashes of batches as their readings are now."""
    first, last = min(row["first_at"] for row in leaves), max(row["last_at"] for row in leaves)
    with await lake.opened(connection, folder, first.date(), last.date()) as duck:
        told = lake.of_batches(duck, [row["number"] for row in leaves])
    found = {}
    for row in leaves:
        mine = told.batch == row["number"]
        words = told.words[mine]
        some = words if any(one is not None for one in words) else None
        block = Block(told.series[mine].astype(np.int64), told.at_us[mine], told.value[mine])
        found[row["number"]] = rows.digest(rows.Rows(block, some), told.flags[mine], row["recorded_at"])
    return found
