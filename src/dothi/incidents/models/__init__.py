"""
Tables of the incidents room.

The timeline, what units did and where they were are only added to; a row beside each says how it stands
now. `occurred_at` is when it happened, `recorded_at` when the center learned of it. Alerts, agencies,
devices and persons are named by id, without foreign keys: they belong to other rooms. Degrees, EPSG:4326.
"""

from dothi.incidents.models.incidents import Entry, Incident, JoinedAlert, Series
from dothi.incidents.models.roads import RoadClosure, RoadGraph
from dothi.incidents.models.runs import Run, RunStep
from dothi.incidents.models.units import ResponseUnit, UnitPosition, UnitStatus, UnitTracker
from dothi.incidents.models.warnings import Delivery, PublicWarning, WarningMessage, WarningStep

__all__ = [
    "Delivery", "Entry", "Incident", "JoinedAlert", "PublicWarning", "ResponseUnit", "RoadClosure",
    "RoadGraph", "Run", "RunStep", "Series", "UnitPosition", "UnitStatus", "UnitTracker", "WarningMessage",
    "WarningStep",
]  # fmt: skip
