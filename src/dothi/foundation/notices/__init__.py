"""Notices: what a person is told, kept in one inbox."""
