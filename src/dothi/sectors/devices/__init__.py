"""Devices as entities."""
