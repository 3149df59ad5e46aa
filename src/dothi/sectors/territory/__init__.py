"""Wards and communes as entities, with their shapes."""
