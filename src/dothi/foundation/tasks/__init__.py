"""Tasks: what an official is asked to do, by when, kept in one work list."""
