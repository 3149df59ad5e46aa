"""
Tiles: the tree as immutable files of 256 hashes, and appending to it from its right edge alone.

Standard: C2SP tlog-tiles (tile height 8, partial tiles).

An appender keeps an `Edge`: for each level the hashes of the rightmost, partial tile. That is all
the state a tree of any size needs, and it is itself stored as the partial tiles of the last
checkpoint, so `edge_at(size, fetch)` restores it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dothi.kernel.merkle.tree import HASH_BYTES, NodeReader, NotProven, root

TILE_WIDTH = 256

Fetch = Callable[["Tile"], bytes]


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Coordinates of a tile: `width` hashes, the `index`-th of its `level`. Full when 256 wide."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level <= 63 and self.index >= 0 and 1 <= self.width <= TILE_WIDTH):
            raise ValueError(f"no such tile: {self.level}, {self.index}, {self.width}")

    @property
    def path(self) -> str:
        """The path below the log's prefix, e.g. `tile/0/x001/x234/067.p/8`."""
        return f"tile/{self.level}/{_index_path(self.index)}{self._suffix}"

    @property
    def entries_path(self) -> str:
        """The path of the bundle of entries under a tile of level 0."""
        return f"tile/entries/{_index_path(self.index)}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.width == TILE_WIDTH else f".p/{self.width}"


_PATH = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def parse_path(path: str) -> Tile:
    """Return the tile at `path`; raises ValueError unless it is exactly as `Tile.path` writes it."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError(f"no tile path: {path!r}")
    level, index, width = match.groups()
    tile = Tile(int(level), int(index.replace("/", "").replace("x", "")), int(width or TILE_WIDTH))
    if tile.path != path:
        raise ValueError(f"no tile path: {path!r}")
    return tile


def _index_path(index: int) -> str:
    """Write an index as path elements of three digits, e.g. 1234067 as `x001/x234/067`."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


@dataclass(frozen=True, slots=True)
class Edge:
    """
    The right edge of a tree of `size` leaves.

    `levels[l]` are the hashes of the partial tile of level l, fewer than 256, lowest level first.
    """

    size: int = 0
    levels: tuple[tuple[bytes, ...], ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the whole tree: each level's hashes and, last, what hangs below them."""
        below: tuple[bytes, ...] = ()
        for hashes in self.levels:
            row = hashes + below
            below = (root(row),) if row else ()
        return root(below)

    def tiles(self) -> list[tuple[Tile, bytes]]:
        """The partial tiles, lowest level first, each with its bytes."""
        return [
            (tile, b"".join(self.levels[tile.level]))
            for tile in partial_tiles(self.size)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append gives: the new edge and every tile to write, full ones and the new partial ones."""

    edge: Edge
    tiles: list[tuple[Tile, bytes]]


def append(edge: Edge, leaf_hashes: Iterable[bytes]) -> Appended:
    """
    Return the tree after `leaf_hashes` (32 bytes each), in order.

    Costs about one hash a leaf. Tiles are full ones in the order in which they became full, then
    the partial ones that a checkpoint of this size must offer.
    """
    levels = [list(hashes) for hashes in edge.levels]
    full: list[tuple[Tile, bytes]] = []
    new = list(leaf_hashes)
    if any(len(leaf) != HASH_BYTES for leaf in new):
        raise ValueError("a leaf hash has 32 bytes")
    size, level, rising = edge.size + len(new), 0, new
    while rising:
        if level == len(levels):
            levels.append([])
        first = edge.size >> (8 * (level + 1))
        complete, levels[level] = _cut(levels[level] + rising)
        full += [(Tile(level, first + offset), b"".join(row)) for offset, row in enumerate(complete)]
        rising, level = [root(row) for row in complete], level + 1
    after = Edge(size, tuple(tuple(hashes) for hashes in levels))
    return Appended(after, full + after.tiles())


def _cut(row: list[bytes]) -> tuple[list[list[bytes]], list[bytes]]:
    """Cut a row into full tiles and the rest."""
    whole = len(row) - len(row) % TILE_WIDTH
    return [row[start : start + TILE_WIDTH] for start in range(0, whole, TILE_WIDTH)], row[whole:]


def partial_tiles(size: int) -> list[Tile]:
    """Return the partial tiles of a tree of `size` leaves, lowest level first."""
    tiles, level = [], 0
    while count := size >> (8 * level):
        if width := count % TILE_WIDTH:
            tiles.append(Tile(level, count // TILE_WIDTH, width))
        level += 1
    return tiles


def tile_at(size: int, level: int, index: int) -> Tile:
    """Return tile `index` of `level` as a tree of `size` leaves has it, full or partial."""
    count = (size >> (8 * level)) - index * TILE_WIDTH
    if count < 1:
        raise IndexError(f"a tree of {size} has no tile {index} at level {level}")
    return Tile(level, index, min(count, TILE_WIDTH))


def edge_at(size: int, fetch: Fetch) -> Edge:
    """
    Return the edge of a tree of `size` leaves from its partial tiles; `fetch` gives a tile's bytes.

    The caller compares `Edge.root` with the checkpoint. Raises NotProven when a tile has another width.
    """
    depth = (size.bit_length() + 7) // 8
    rows: list[tuple[bytes, ...]] = [()] * depth
    for tile in partial_tiles(size):
        rows[tile.level] = split(tile, fetch(tile))
    return Edge(size, tuple(rows))


def split(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """Return the hashes in the bytes of `tile`; raises NotProven when there are more or fewer."""
    if len(data) != tile.width * HASH_BYTES:
        raise NotProven(reason=f"{tile.path} has {len(data)} bytes")
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


def reader(size: int, fetch: Fetch) -> NodeReader:
    """
    Return a reader over stored tiles of a tree of `size` leaves, for proofs.

    Each tile is fetched once a reader. A proof needs about log256(size) tiles and at most a few
    hundred hashes.
    """
    seen: dict[tuple[int, int], Sequence[bytes]] = {}

    def read(level: int, index: int) -> bytes:
        row, inside = divmod(level, 8)
        first = index << inside
        at = (row, first // TILE_WIDTH)
        if at not in seen:
            tile = tile_at(size, *at)
            seen[at] = split(tile, fetch(tile))
        start = first % TILE_WIDTH
        return root(seen[at][start : start + (1 << inside)])

    return read
