"""What every capability stands on: identity, papers, notices, tasks, events, jobs, ledger, files, keys."""
