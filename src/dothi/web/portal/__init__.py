"""The residents' portal."""
