"""Registers: who and what exists in the city, dated and bitemporal."""
