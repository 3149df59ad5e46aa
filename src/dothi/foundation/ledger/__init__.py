"""
The ledger: one append-only row for each act and each read of personal data, sealed in a Merkle tree.

    from dothi.foundation.ledger.actions import record, record_read
    from dothi.foundation.ledger.types import ActorRef, Entry

`types` and `leaf` say what an entry commits to, `actions` writes it, `sequencer` gives it its place
in the tree, `queries` reads entries, tiles, checkpoints and proofs, `verify` checks them without a
database. Format: docs/reference/ledger-format.md; reasons: docs/explanation/ledger.md.
"""
