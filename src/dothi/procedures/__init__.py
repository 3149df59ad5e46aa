"""Procedures as data: one immutable document a version, checked by its own golden dossiers."""
