"""Reads of the room. `at` is the moment asked about, `known_at` the moment of knowing; both are aware."""

from dothi.incidents.queries.incidents import incident, incidents_at, timeline
from dothi.incidents.queries.units import nearest_units, units_at

__all__ = ["incident", "incidents_at", "nearest_units", "timeline", "units_at"]
