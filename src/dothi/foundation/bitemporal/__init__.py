"""Bitemporal facts: when each was true, when each was believed; a correction never loses a belief."""
