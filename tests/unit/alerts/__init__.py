"""Rules and their engine, without a database."""
