"""
The audit of a whole ledger from its public files: rows, order, tree, tiles and checkpoints.

It rebuilds the tree from the entries alone and compares each tile and each checkpoint with what it
finds. A ledger that was rewritten and signed anew agrees with itself: only a checkpoint that somebody
outside kept (`held`) shows it. Without Django, without a database.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dothi.foundation.ledger.export import HISTORY
from dothi.foundation.ledger.receipts import read_leaf
from dothi.kernel.merkle import checkpoint as checkpoints
from dothi.kernel.merkle.note import PublicKey
from dothi.kernel.merkle.tiles import TILE_WIDTH, Edge, Tile, append, tile_at
from dothi.kernel.merkle.tree import NotProven, leaf_hash

Read = Callable[[str], bytes]
"""Returns the content of a path below the log's prefix; raises NotProven when there is none."""
TIMEOUT_SECONDS = 30
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Audited:
    """A ledger that is whole: its log, its size, and how many checkpoints agree with it."""

    origin: str
    size: int
    checkpoints: int


def audit(read: Read, keys: Sequence[PublicKey], held: Sequence[str] = ()) -> Audited:
    """
    Check the whole ledger under `read` by the public keys of its log.

    `held` are signed checkpoints that the auditor kept from earlier. Memory: 16 bytes an entry.
    Raises NotProven with the place where it breaks.
    """
    newest = _signed(read("checkpoint").decode(), keys)
    expected = _expected(newest, [*_history(read), *held], keys)
    edge, ids = Edge(), set[str]()
    for n in range(0, newest.size, TILE_WIDTH):
        tile = tile_at(newest.size, 0, n // TILE_WIDTH)
        hashes = _leaf_hashes(read(tile.entries_path), tile, ids)
        edge = _grow(edge, hashes, expected, read)
    _compare_tiles(edge.tiles(), read)
    return Audited(newest.origin, newest.size, len(expected))


def folder(root: Path) -> Read:
    """Return a reader of an export in a folder."""

    def read(path: str) -> bytes:
        try:
            return (root / path).read_bytes()
        except OSError as error:
            raise NotProven(reason=f"{path} is missing") from error

    return read


def web(prefix: str) -> Read:
    """Return a reader of a log served at `prefix`, an http or https address."""
    if not prefix.startswith(("http://", "https://")):
        raise ValueError(prefix)

    def read(path: str) -> bytes:
        try:
            with urllib.request.urlopen(f"{prefix.rstrip('/')}/{path}", timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - checked above
                return bytes(answer.read(_MOST_BYTES))
        except (urllib.error.URLError, OSError) as error:
            raise NotProven(reason=f"{path} is missing: {error}") from error

    return read


def _signed(note: str, keys: Sequence[PublicKey]) -> checkpoints.Checkpoint:
    origin = note.partition("\n")[0]
    trusted = [key for key in keys if key.name == origin]
    if not trusted:
        raise NotProven(reason=f"no public key for the log {origin!r}")
    return checkpoints.read(note, trusted, origin)


def _history(read: Read) -> Iterator[str]:
    """Yield the checkpoints of the past; a log served on the web need not offer them."""
    try:
        lines = read(HISTORY).decode().splitlines()
    except NotProven:
        return
    for line in lines:
        try:
            row = json.loads(line)
            size, note = row["size"], row["note"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotProven(reason=f"{HISTORY} is malformed") from error
        if not isinstance(note, str) or note.split("\n")[1:2] != [str(size)]:
            raise NotProven(reason=f"the checkpoint of size {size} is of another size")
        yield note


def _expected(
    newest: checkpoints.Checkpoint, notes: Sequence[str], keys: Sequence[PublicKey]
) -> dict[int, bytes]:
    """Return the root that each signed checkpoint claims, by size; two claims must agree."""
    expected = {newest.size: newest.root}
    for note in notes:
        checkpoint = _signed(note, keys)
        if checkpoint.origin != newest.origin or checkpoint.size > newest.size:
            raise NotProven(reason=f"the ledger was cut short of {checkpoint.size} entries")
        if expected.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            raise NotProven(reason=f"two different trees of {checkpoint.size} entries were signed")
    return expected


def _leaf_hashes(bundle: bytes, tile: Tile, ids: set[str]) -> list[bytes]:
    entries = list(_split_bundle(bundle, tile.entries_path))
    if len(entries) != tile.width:
        raise NotProven(reason=f"{tile.entries_path} holds {len(entries)} entries, not {tile.width}")
    for place, entry in enumerate(entries):
        entry_id = str(read_leaf(entry).get("id"))
        if entry_id in ids:
            raise NotProven(reason=f"entry {tile.index * TILE_WIDTH + place} stands in the ledger twice")
        ids.add(entry_id)
    return [leaf_hash(entry) for entry in entries]


def _split_bundle(bundle: bytes, path: str) -> Iterator[bytes]:
    place = 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2], "big")
        entry = bundle[place + 2 : place + 2 + length]
        if len(entry) != length or place + 2 > len(bundle):
            raise NotProven(reason=f"{path} is cut off")
        yield entry
        place += 2 + length


def _grow(edge: Edge, hashes: Sequence[bytes], expected: dict[int, bytes], read: Read) -> Edge:
    """Append the leaves of one tile, stopping at each size of which a checkpoint speaks."""
    begin, end = edge.size, edge.size + len(hashes)
    stops = [size for size in range(begin + 1, end) if size in expected]
    for stop in [*stops, end]:
        appended = append(edge, hashes[edge.size - begin : stop - begin])
        _compare_tiles([pair for pair in appended.tiles if pair[0].width == TILE_WIDTH], read)
        edge = appended.edge
        if edge.root != expected.get(stop, edge.root):
            raise NotProven(reason=f"the entries do not give the signed root of {stop} entries")
    return edge


def _compare_tiles(tiles: Sequence[tuple[Tile, bytes]], read: Read) -> None:
    for tile, data in tiles:
        if read(tile.path) != data:
            raise NotProven(reason=f"{tile.path} is not the tile of these entries")
