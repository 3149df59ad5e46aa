"""
Merkle trees: what was written, in which order, provable to anyone and offline.

    tree        hashes, roots, inclusion and consistency proofs      RFC 6962, section 2.1
    tiles       the tree as files; appending without reading it all   C2SP tlog-tiles
    note        text signed with Ed25519                              C2SP signed-note
    checkpoint  size and root of a log, signed                        C2SP tlog-checkpoint
    proof       an offline proof that an entry is in the log          C2SP tlog-proof

All of it is pure: hashes in, hashes out.
"""

from dothi.kernel.merkle.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    NodeReader,
    NotProven,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root,
    root_from_proof,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "NodeReader",
    "NotProven",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "nodes_of",
    "root",
    "root_from_proof",
    "verify_consistency",
    "verify_inclusion",
]
