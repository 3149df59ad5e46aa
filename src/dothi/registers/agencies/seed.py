"""
The working days and hours of 2024 to 2027, restated with their sources in `data/`.

The Labour Code 2019 (art. 112) names the days; the Prime Minister fixes Tết, the second day of
2 September and each exchange of a day for a Saturday year by year. 24 November (Day of Vietnamese
Culture) was decided in January 2026 as policy, but no amendment of the Labour Code is confirmed: it
stands as proposed, and the clock counts it as a working day.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dothi.kernel.calendar import DayKind
from dothi.registers.agencies.actions.calendar import Day, OpenHours
from dothi.registers.agencies.types import HoursPurpose, Name, Standing

FIRST, END = date(2024, 1, 1), date(2028, 1, 1)
BASIS = "Labour Code 45/2019/QH14, art. 112"
WEEK = (0, 1, 2, 3, 4)
# Eight hours a day as offices of Hanoi keep them; no instrument with these hours was found.
_HOURS_SOURCE = "usual office hours; no instrument found"
_CLOCK = (("08:00", "12:00"), ("13:00", "17:00"))
_RECEPTION = (("08:00", "11:30"), ("13:30", "16:30"))


def days() -> Iterator[Day]:
    """Yield the days that differ from their weekday, in order."""
    path = Path(__file__).with_name("data") / "calendar_2024_2027.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Day(
                on=date.fromisoformat(row["on"]), kind=DayKind(row["kind"]),
                name=Name(row["name_vi"], row["name_en"]), source=row["source"],
                instrument=row["instrument"], standing=Standing(row["standing"]),
                verified=row["verified"] == "true",
                instead_of=date.fromisoformat(row["instead_of"]) if row["instead_of"] else None,
            )  # fmt: skip


def hours() -> list[OpenHours]:
    """Return the hours of the clock and of reception of all units."""
    kinds = ((HoursPurpose.CLOCK, _CLOCK), (HoursPurpose.RECEPTION, _RECEPTION))
    return [OpenHours(purpose, WEEK, spans, FIRST, END, _HOURS_SOURCE) for purpose, spans in kinds]
