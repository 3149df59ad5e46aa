"""Whether readings are still what was recorded: all of an hour read anew, and held against its digest."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from dothi.kernel.merkle import root
from dothi.telemetry.archive import lake
from dothi.telemetry.digests import leaf_of, leaves_of
from dothi.telemetry.store import rows


async def altered(connection: asyncpg.Connection, hour: datetime, folder: Path) -> list[str]:
    """Return what is not as it was recorded in an hour: nothing, if all its readings are."""
    kept = await connection.fetchrow("select batches, root from telemetry.digest where hour = $1", hour)
    if kept is None:
        return [f"the hour {hour:%Y-%m-%d %H:%M} has no digest"]
    leaves = await leaves_of(connection, hour)
    found = []
    if root([leaf_of(leaf) for leaf in leaves]) != kept["root"]:
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
        kept = told.of_batch(row["number"])
        found[row["number"]] = rows.digest(kept.told, kept.flags, row["recorded_at"])
    return found
