"""Devices that could tell where a unit is: at work, measuring positions, bound to no unit."""

from dataclasses import dataclass
from pathlib import Path

from dothi.foundation.statements import Statement, ask
from dothi.incidents.queries.presence import has_readings
from dothi.registers.agencies.founding import CENTER

_FREE = (Path(__file__).parents[1] / "sql" / "trackers_free.sql").read_text(encoding="utf-8")
MOST = 500


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """One device and the code of the unit that owns it."""

    device: str
    name_vi: str
    name_en: str
    owner: str


def free_trackers() -> list[TrackerRow]:
    """Return the devices that no unit has, by id; at most 500, two statements."""
    if not has_readings():
        return []
    rows = ask(Statement(_FREE, {"measures": ["lon", "lat"], "limit": MOST}))[0]
    return [
        TrackerRow(device, vi or device, en or vi or device, owner or CENTER)
        for device, vi, en, owner in rows
    ]
