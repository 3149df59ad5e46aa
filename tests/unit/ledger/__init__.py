"""The leaf and the root keys, without a database."""
