"""The ledger: one append-only row for each act and each read of personal data, sealed in a Merkle tree."""
