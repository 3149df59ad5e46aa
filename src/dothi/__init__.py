"""Dothi: the digital infrastructure of a capital city."""
