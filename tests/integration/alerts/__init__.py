"""Alerts in a real database."""
