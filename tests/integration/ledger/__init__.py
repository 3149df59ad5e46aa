"""The ledger and what stands beside it: keys, events, jobs, files."""
