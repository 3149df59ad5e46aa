"""
The tree: hashes, roots and proofs.

Standard: RFC 6962, section 2.1; the verifying algorithms are those of RFC 9162, sections 2.1.3.2
and 2.1.4.2, which walk the same tree without recursion.

A proof is computed from a `NodeReader`, a function `(level, index) -> hash` that returns the hash of
the complete subtree over the leaves `index * 2**level` to `(index + 1) * 2**level`. `nodes_of` reads
from a list in memory, `tiles.reader` from stored tiles.
"""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

from dothi.kernel.problems import Invalid, msg

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]


class NotProven(Invalid):
    """The proof does not prove the claim; `reason` says where it breaks."""

    slug = "not-proven"
    title = msg("The proof does not hold")
    way_out = msg("Ask for a new copy. If that one fails too, report it: something was altered.")


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of an entry; the prefix 0x00 keeps leaves and nodes apart."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """
    Return the tree hash over leaf hashes (or over the roots of equal complete subtrees), in order.

    Pairs are hashed level by level and an odd last hash rises unchanged: the same tree as splitting
    at the largest power of two, without recursion.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[0::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return row[0]


def nodes_of(leaf_hashes: Sequence[bytes]) -> NodeReader:
    """Return a reader over leaf hashes in memory. A call costs 2**level hashes."""

    def read(level: int, index: int) -> bytes:
        return root(leaf_hashes[index << level : (index + 1) << level])

    return read


def inclusion_proof(read: NodeReader, index: int, size: int) -> list[bytes]:
    """
    Return the audit path of leaf `index` in the tree of `size` leaves, from the leaf upwards.

    At most ceil(log2(size)) hashes. Raises IndexError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(read, middle, end))
            end = middle
        else:
            path.append(_range_hash(read, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(read: NodeReader, old: int, new: int) -> list[bytes]:
    """
    Return the proof that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    Empty for old = 0 and old = new. Raises IndexError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise IndexError(f"a tree of {old} is no prefix of one of {new}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    begin, end = 0, new
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_range_hash(read, middle, end))
            end = middle
        else:
            path.append(_range_hash(read, begin, middle))
            begin = middle
    if begin:
        path.append(_range_hash(read, begin, end))
    return path[::-1]


def root_from_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """
    Return the root that follows from a leaf hash and its audit path.

    Raises NotProven when the path has the wrong length for this index and size.
    """
    _require(0 <= index < size, "no such leaf in a tree of this size")
    _require(len(leaf) == HASH_BYTES and _are_hashes(proof), "a hash has the wrong length")
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        _require(last > 0, "the proof is too long")
        if node % 2 or node == last:
            current = node_hash(sibling, current)
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0, "the proof is too short")
    return current


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Return when `leaf` (its hash) is leaf `index` of the tree `(size, tree_root)`, else raise NotProven."""
    _require_same(root_from_proof(leaf, index, size, proof), tree_root)


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when the tree `(old, old_root)` is a prefix of `(new, new_root)`, else raise NotProven."""
    _require(0 <= old <= new, "the sizes do not rise")
    _require(_are_hashes([old_root, new_root, *proof]), "a hash has the wrong length")
    if old in (0, new):
        _require(not proof, "the proof should be empty")
        _require_same(EMPTY_ROOT if old == 0 else new_root, old_root)
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    _require(bool(path), "the proof is too short")
    old_seen, new_seen = _roots_along(path, old, new)
    _require_same(old_seen, old_root)
    _require_same(new_seen, new_root)


def _roots_along(path: Sequence[bytes], old: int, new: int) -> tuple[bytes, bytes]:
    """Walk a consistency path upwards and return the two roots that follow from it."""
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    old_seen = new_seen = path[0]
    for sibling in path[1:]:
        _require(last > 0, "the proof is too long")
        if node % 2 or node == last:
            old_seen = node_hash(sibling, old_seen)
            new_seen = node_hash(sibling, new_seen)
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            new_seen = node_hash(new_seen, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0, "the proof is too short")
    return old_seen, new_seen


def _range_hash(read: NodeReader, begin: int, end: int) -> bytes:
    """Return the tree hash over leaves `begin` to `end`, where `begin` is aligned to the split."""
    parts = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(read(level, begin >> level))
        begin += 1 << level
    current = parts.pop()
    while parts:
        current = node_hash(parts.pop(), current)
    return current


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count` (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise NotProven(reason=reason)


def _require_same(found: bytes, claimed: bytes) -> None:
    _require(hmac.compare_digest(found, claimed), "the root differs")
