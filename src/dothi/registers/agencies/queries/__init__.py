"""Reads of the register. Days are civil dates of the node's zone, instants are aware."""

from dothi.registers.agencies.queries.calendars import (
    calendar_asked,
    calendar_of,
    calendar_told,
    calendar_version,
    days_of,
)
from dothi.registers.agencies.queries.search import find_areas
from dothi.registers.agencies.queries.territory import area_names, area_on, areas, predecessors, successors
from dothi.registers.agencies.queries.units import (
    desk_of,
    holdings_of,
    post_of,
    posts_of,
    unit_coded,
    unit_names,
    unit_of,
    units,
)

__all__ = [
    "area_names",
    "area_on",
    "areas",
    "calendar_asked",
    "calendar_of",
    "calendar_told",
    "calendar_version",
    "days_of",
    "desk_of",
    "find_areas",
    "holdings_of",
    "post_of",
    "posts_of",
    "predecessors",
    "successors",
    "unit_coded",
    "unit_names",
    "unit_of",
    "units",
]
