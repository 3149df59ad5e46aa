"""The tree against the vectors of the reference implementation and against the definition itself."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.kernel.merkle import (
    NotProven,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)

# The inputs and roots of the reference implementation of RFC 6962 (certificate-transparency).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]

sizes = st.integers(min_value=1, max_value=80)


def leaves(count: int) -> list[bytes]:
    """Leaf hashes of `count` different entries."""
    return [leaf_hash(str(number).encode()) for number in range(count)]


def defined_root(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


def defined_path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*defined_path(m, hashes[:k]), defined_root(hashes[k:])]
    return [*defined_path(m - k, hashes[k:]), defined_root(hashes[:k])]


def defined_subproof(m: int, hashes: Sequence[bytes], known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2, word for word."""
    if m == len(hashes):
        return [] if known else [defined_root(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*defined_subproof(m, hashes[:k], known), defined_root(hashes[k:])]
    return [*defined_subproof(m - k, hashes[k:], False), defined_root(hashes[:k])]


def split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


class TestRoot:
    @pytest.mark.parametrize("size", range(9))
    def test_equals_the_reference(self, size: int) -> None:
        assert root(LEAVES[:size]).hex() == ROOTS[size]

    @given(st.integers(min_value=0, max_value=200))
    def test_equals_the_definition(self, size: int) -> None:
        assert root(leaves(size)) == defined_root(leaves(size))


class TestInclusion:
    def test_equals_the_reference(self) -> None:
        path = inclusion_proof(nodes_of(LEAVES), 5, 8)
        assert [step.hex() for step in path] == [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]

    @given(st.data(), sizes)
    def test_equals_the_definition_and_verifies(self, data: st.DataObject, size: int) -> None:
        index, hashes = data.draw(st.integers(0, size - 1)), leaves(size)
        proof = inclusion_proof(nodes_of(hashes), index, size)
        assert proof == defined_path(index, hashes)
        verify_inclusion(hashes[index], index, size, proof, root(hashes))

    @given(st.data(), sizes)
    def test_holds_for_no_other_index_or_size(self, data: st.DataObject, size: int) -> None:
        index, hashes = data.draw(st.integers(0, size - 1)), leaves(size)
        proof, tree_root = inclusion_proof(nodes_of(hashes), index, size), root(hashes)
        for wrong in {*range(-1, size + 1)} - {index}:
            with pytest.raises(NotProven):
                verify_inclusion(hashes[index], wrong, size, proof, tree_root)

    @pytest.mark.parametrize("change", ["shorter", "longer", "swapped", "empty", "short hash"])
    def test_refuses_a_changed_path(self, change: str) -> None:
        proof = inclusion_proof(nodes_of(LEAVES), 5, 8)
        changed = {
            "shorter": proof[:-1],
            "longer": [*proof, proof[0]],
            "swapped": [proof[1], proof[0], proof[2]],
            "empty": [],
            "short hash": [proof[0][:-1], *proof[1:]],
        }[change]
        with pytest.raises(NotProven):
            verify_inclusion(LEAVES[5], 5, 8, changed, root(LEAVES))

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
    def test_has_no_proof_for_a_leaf_that_is_not_there(self, index: int, size: int) -> None:
        with pytest.raises(IndexError):
            inclusion_proof(nodes_of(LEAVES), index, size)


class TestConsistency:
    def test_equals_the_reference(self) -> None:
        proof = consistency_proof(nodes_of(LEAVES), 6, 8)
        assert [step.hex() for step in proof] == [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]

    @given(st.data(), sizes)
    def test_equals_the_definition_and_verifies(self, data: st.DataObject, new: int) -> None:
        old, hashes = data.draw(st.integers(0, new)), leaves(new)
        proof = consistency_proof(nodes_of(hashes), old, new)
        assert proof == (defined_subproof(old, hashes, True) if old else [])
        verify_consistency(old, root(hashes[:old]), new, root(hashes), proof)

    @given(st.data(), st.integers(2, 80))
    def test_refuses_a_history_that_was_rewritten(self, data: st.DataObject, new: int) -> None:
        old = data.draw(st.integers(1, new - 1))
        changed_at = data.draw(st.integers(0, old - 1))
        hashes = leaves(new)
        rewritten = [*hashes[:changed_at], leaf_hash(b"rewritten"), *hashes[changed_at + 1 :]]
        proof = consistency_proof(nodes_of(rewritten), old, new)
        with pytest.raises(NotProven):
            verify_consistency(old, root(hashes[:old]), new, root(rewritten), proof)

    @given(st.data(), st.integers(2, 40))
    def test_holds_for_no_other_sizes(self, data: st.DataObject, new: int) -> None:
        old, hashes = data.draw(st.integers(1, new - 1)), leaves(new)
        proof = consistency_proof(nodes_of(hashes), old, new)
        for wrong in {*range(new + 1)} - {old}:
            with pytest.raises(NotProven):
                verify_consistency(wrong, root(hashes[:old]), new, root(hashes), proof)

    def test_refuses_sizes_that_fall(self) -> None:
        with pytest.raises(NotProven):
            verify_consistency(8, root(LEAVES), 6, root(LEAVES[:6]), [])

    def test_has_no_proof_from_a_larger_tree(self) -> None:
        with pytest.raises(IndexError):
            consistency_proof(nodes_of(LEAVES), 8, 6)


class TestTampering:
    @pytest.mark.parametrize(("index", "size"), [(0, 1), (5, 8), (6, 7), (2, 5)])
    def test_of_any_single_bit_of_an_inclusion_proof_is_caught(self, index: int, size: int) -> None:
        proof = inclusion_proof(nodes_of(LEAVES), index, size)
        parts = [LEAVES[index], root(LEAVES[:size]), *proof]
        for changed in one_bit_changed(parts):
            with pytest.raises(NotProven):
                verify_inclusion(changed[0], index, size, changed[2:], changed[1])

    @pytest.mark.parametrize(("old", "new"), [(1, 2), (6, 8), (4, 8), (3, 7), (8, 8)])
    def test_of_any_single_bit_of_a_consistency_proof_is_caught(self, old: int, new: int) -> None:
        proof = consistency_proof(nodes_of(LEAVES), old, new)
        parts = [root(LEAVES[:old]), root(LEAVES[:new]), *proof]
        for changed in one_bit_changed(parts):
            with pytest.raises(NotProven):
                verify_consistency(old, changed[0], new, changed[1], changed[2:])


def one_bit_changed(parts: list[bytes]) -> list[list[bytes]]:
    """Every list that differs from `parts` in one bit."""
    changes = []
    for number, part in enumerate(parts):
        for bit in range(len(part) * 8):
            value = int.from_bytes(part, "big") ^ (1 << bit)
            changes.append([*parts[:number], value.to_bytes(len(part), "big"), *parts[number + 1 :]])
    return changes
