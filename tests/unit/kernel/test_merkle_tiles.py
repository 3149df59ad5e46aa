"""Tiles against the examples of C2SP tlog-tiles and against a tree held in memory."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dothi.kernel.merkle import NotProven, consistency_proof, inclusion_proof, leaf_hash, nodes_of, root
from dothi.kernel.merkle.tiles import (
    Edge,
    Tile,
    append,
    edge_at,
    parse_path,
    partial_tiles,
    reader,
    split,
    tile_at,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]


def stored(*counts: int) -> tuple[Edge, dict[Tile, bytes]]:
    """Append leaves in portions of `counts` and store each tile, as a log does."""
    edge, files = Edge(), dict[Tile, bytes]()
    for count in counts:
        appended = append(edge, LEAVES[edge.size : edge.size + count])
        edge = appended.edge
        files |= dict(appended.tiles)
    return edge, files


class TestPath:
    @pytest.mark.parametrize(
        ("tile", "path"),
        [
            (Tile(0, 1234067), "tile/0/x001/x234/067"),
            (Tile(0, 0), "tile/0/000"),
            (Tile(1, 1000, 8), "tile/1/x001/000.p/8"),
            (Tile(63, 999, 255), "tile/63/999.p/255"),
        ],
    )
    def test_reads_what_it_writes(self, tile: Tile, path: str) -> None:
        assert (tile.path, parse_path(path)) == (path, tile)

    def test_names_bundles_of_entries(self) -> None:
        assert Tile(0, 1234067, 8).entries_path == "tile/entries/x001/x234/067.p/8"

    @pytest.mark.parametrize(
        "path",
        [
            "tile/00/000", "tile/64/000", "tile/0/00", "tile/0/001/000", "tile/0/x000/001", "tile/0/000.p/0",
            "tile/0/000.p/256", "tile/0/000.p/01", "/tile/0/000", "tile/0/000\n", "tile/0/٠٠٠",
        ],
    )  # fmt: skip
    def test_refuses_another_spelling(self, path: str) -> None:
        with pytest.raises(ValueError, match="tile"):
            parse_path(path)


class TestAppend:
    def test_writes_the_tiles_of_the_standard_example(self) -> None:
        edge, files = stored(70_000)
        full = [tile for tile in files if tile.width == 256]
        assert sum(tile.level == 0 for tile in full) == 273
        assert [tile for tile in full if tile.level == 1] == [Tile(1, 0)]
        assert partial_tiles(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
        assert edge.root == root(LEAVES)

    def test_of_256_leaves_gives_a_full_tile_and_a_partial_one_above(self) -> None:
        _edge, files = stored(256)
        assert list(files) == [Tile(0, 0), Tile(1, 0, 1)]

    @settings(max_examples=30)
    @given(st.lists(st.integers(0, 700), max_size=5))
    def test_in_portions_gives_the_same_tree(self, counts: list[int]) -> None:
        edge, files = stored(*counts)
        assert edge.root == root(LEAVES[: sum(counts)])
        assert edge == stored(sum(counts))[0] == edge_at(edge.size, files.__getitem__)

    def test_in_portions_writes_each_full_tile_under_its_own_name(self) -> None:
        _edge, at_once = stored(1000)
        _edge, in_portions = stored(300, 1, 255, 444)
        full = {tile: data for tile, data in at_once.items() if tile.width == 256}
        assert len(full) == 3
        assert full.items() <= in_portions.items()

    def test_of_nothing_changes_nothing(self) -> None:
        edge, _files = stored(300)
        assert append(edge, []).edge == edge

    def test_refuses_what_is_no_hash(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            append(Edge(), [b"short"])


class TestReader:
    @settings(max_examples=40)
    @given(st.data(), st.sampled_from([1, 5, 255, 256, 257, 1000, 65_536, 70_000]))
    def test_proves_the_same_as_the_tree_in_memory(self, data: st.DataObject, size: int) -> None:
        _edge, files = stored(size)
        index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
        memory, tiles = nodes_of(LEAVES), reader(size, files.__getitem__)
        assert inclusion_proof(tiles, index, size) == inclusion_proof(memory, index, size)
        assert consistency_proof(tiles, old, size) == consistency_proof(memory, old, size)

    def test_fetches_each_tile_once(self) -> None:
        _edge, files = stored(70_000)
        fetched: list[Tile] = []

        def fetch(tile: Tile) -> bytes:
            fetched.append(tile)
            return files[tile]

        inclusion_proof(reader(70_000, fetch), 1234, 70_000)
        assert len(fetched) == len(set(fetched)) <= 6

    def test_refuses_a_tile_of_another_width(self) -> None:
        with pytest.raises(NotProven):
            split(Tile(0, 0, 2), b"\x00" * 32)

    def test_knows_which_tiles_a_tree_has(self) -> None:
        assert tile_at(70_000, 0, 273) == Tile(0, 273, 112)
        with pytest.raises(IndexError):
            tile_at(70_000, 0, 274)
