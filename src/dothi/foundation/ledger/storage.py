"""
The stored tree: full tiles as they were written, and partial ones put together from what is below.

A partial tile changes with each checkpoint. Storing one of each level every second would cost up to
700 MB a day and node, so only full tiles are rows; a partial one of level 0 is read from the leaves,
a higher one from the roots of the full tiles below it. Takes a cursor of psycopg or Django.
"""

from pathlib import Path
from typing import NamedTuple, Protocol

from dothi.foundation.ledger.snapshots import Snapshot
from dothi.foundation.ledger.writing import Cursor
from dothi.kernel.merkle.tiles import TILE_WIDTH, Tile

SQL = Path(__file__).parent / "sql"
_LEAVES = (SQL / "tile_of_leaves.sql").read_text()
_ROOTS = (SQL / "tile_of_roots.sql").read_text()
_FULL = (SQL / "tile.sql").read_text()
_CHECKPOINT = (SQL / "checkpoint.sql").read_text()
_ENTRIES = (SQL / "entries.sql").read_text()


class Rows(Cursor, Protocol):
    """A cursor from which many rows are read."""

    def fetchall(self) -> list[tuple[bytes, ...]]:
        """Return all rows."""


class StoredCheckpoint(NamedTuple):
    """A checkpoint with the snapshot up to which every entry has a leaf, and that snapshot's cluster."""

    size: int
    root: bytes
    note: str
    snapshot: Snapshot
    cluster: int


def newest_checkpoint(cursor: Cursor) -> StoredCheckpoint | None:
    """Return the newest checkpoint, None for an empty ledger; one SQL statement."""
    cursor.execute(_CHECKPOINT)
    row = cursor.fetchone()
    if row is None:
        return None
    size, root, note, snapshot, cluster = row
    return StoredCheckpoint(size, bytes(root), note, Snapshot(snapshot), cluster)


def tile_bytes(cursor: Cursor, tile: Tile) -> bytes:
    """Return the hashes of `tile`, empty bytes when there is none; one SQL statement."""
    first, end = tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width
    if tile.width == TILE_WIDTH:
        cursor.execute(_FULL, {"level": tile.level, "n": tile.index})
    elif tile.level == 0:
        cursor.execute(_LEAVES, {"first": first, "end": end})
    else:
        cursor.execute(_ROOTS, {"below": tile.level - 1, "first": first, "end": end})
    row = cursor.fetchone()
    return bytes(row[0] or b"") if row else b""


def entry_bundle(cursor: Rows, tile: Tile) -> bytes:
    """Return the entries under a tile of level 0, each behind its length in 16 bits; one statement."""
    first = tile.index * TILE_WIDTH
    cursor.execute(_ENTRIES, {"first": first, "end": first + tile.width})
    bodies = [bytes(row[0]) for row in cursor.fetchall()]
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)
