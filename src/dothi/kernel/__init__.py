"""The kernel: ids, clock, calendar, text, money, Merkle trees, problems; no Django and no I/O."""
