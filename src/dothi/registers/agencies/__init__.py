"""Agencies: units, posts, duties, territory and calendars, each dated."""
