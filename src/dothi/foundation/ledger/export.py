"""
A full export of the ledger into a folder, as C2SP tlog-tiles lay a log out, for any auditor.

`checkpoint`, `tile/…`, `tile/entries/…` as served to the public, and `checkpoints.jsonl` with every
checkpoint ever signed. Entries hold commitments, never persons. Takes a cursor of dothi_read.
"""

import json
from pathlib import Path

from dothi.foundation.ledger.storage import SQL, Rows, entry_bundle, newest_checkpoint, tile_bytes
from dothi.kernel.merkle.tiles import TILE_WIDTH, Tile

HISTORY = "checkpoints.jsonl"
_CHECKPOINTS = (SQL / "checkpoints.sql").read_text()


def export(cursor: Rows, folder: Path) -> int:
    """Write the ledger as of its newest checkpoint into `folder` and return its size."""
    newest = newest_checkpoint(cursor)
    folder.mkdir(parents=True, exist_ok=True)
    if newest is None:
        return 0
    for tile in tiles_of(newest.size):
        _write(folder / tile.path, tile_bytes(cursor, tile))
        if tile.level == 0:
            _write(folder / tile.entries_path, entry_bundle(cursor, tile))
    cursor.execute(_CHECKPOINTS)
    lines = [json.dumps({"size": size, "note": note}) for size, note in cursor.fetchall()]
    _write(folder / HISTORY, "".join(f"{line}\n" for line in lines).encode())
    _write(folder / "checkpoint", newest.note.encode())
    return newest.size


def tiles_of(size: int) -> list[Tile]:
    """Return every tile of a tree of `size` leaves, level by level."""
    tiles, level = [], 0
    while count := size >> (8 * level):
        whole, width = divmod(count, TILE_WIDTH)
        tiles += [Tile(level, n) for n in range(whole)]
        tiles += [Tile(level, whole, width)] if width else []
        level += 1
    return tiles


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
