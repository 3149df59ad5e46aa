"""Reads of the room. `at` is the moment asked about, `known_at` the moment of knowing; both are aware."""

from dothi.incidents.queries.incidents import (
    coded,
    incident,
    incidents_at,
    standing_of,
    taken_alerts,
    timeline,
    whole_of,
)
from dothi.incidents.queries.runs import runs_of
from dothi.incidents.queries.units import nearest_units, units_at
from dothi.incidents.queries.warnings import (
    deliveries,
    public_banner,
    public_feed,
    public_message,
    public_warning,
    public_warnings,
    waiting,
    warning,
    warnings_at,
)

__all__ = [
    "coded",
    "deliveries",
    "incident",
    "incidents_at",
    "nearest_units",
    "public_banner",
    "public_feed",
    "public_message",
    "public_warning",
    "public_warnings",
    "runs_of",
    "standing_of",
    "taken_alerts",
    "timeline",
    "units_at",
    "waiting",
    "warning",
    "warnings_at",
    "whole_of",
]
