"""The supervisor, really run."""
