"""
Where a place is that is told by streets: near bus stops that are named after them.

Good to some hundred meters, and marked so. A crossing lies where stops of its two streets come nearest; a
place on one street in the middle of that street's stops. What no stop is named after is not placed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Self

from dothi.sectors.importing.mobility import STOP_FILES
from dothi.sectors.importing.places import key
from dothi.sectors.importing.rows import Sheet

SOURCE: Final = "near bus stops named after its streets, GTFS feed of 2018; some hundred meters"
PARTS: Final = re.compile(r" ?[-–(),:;/] ?")
BEFORE: Final = re.compile(
    r"^(bến|ngã (ba|tư|năm|3|4|5)|đường|phố|ngõ \d+|nhà|số \d+\w*|trước|sn ?\d*|\d+\w*|từ|đoạn|cạnh|gần|"
    r"qua|đến|đối diện|giữa) "
)
STREET: Final = re.compile(r"^.* (đường|phố) ")
SHORTEST: Final = 5
"""Letters of a name."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Streets:
    """Places (lon, lat) of stops by the names in theirs, in one spelling."""

    named: Mapping[str, Sequence[Point]]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the stops that have names; none where there is no such file."""
        path = folder / STOP_FILES[0]
        rows: Iterator[tuple[int, Mapping[str, str]]] = Sheet(path).rows() if path.is_file() else iter(())
        named: dict[str, list[Point]] = {}
        for _, row in rows:
            for name in set(_names(row["stop_name"])):
                named.setdefault(name, []).append((float(row["stop_lon"]), float(row["stop_lat"])))
        return cls(named)

    def find(self, place: str) -> Point | None:
        """Return a place by the streets that it names, None where no stop is named after one."""
        found = [near for name in _names(place) if (near := self.named.get(name))]
        if not found:
            return None
        if len(found) > 1:
            one, other = min(
                ((one, other) for one in found[0] for other in found[1]), key=lambda pair: _far(*pair)
            )
            if _far(one, other) < 1e-4:  # about a kilometer
                return _middle([one, other])
        return _middle(found[0])


def _names(place: str) -> list[str]:
    """Return the names of streets that a place or a stop may lie at, in their order."""
    return [name for part in PARTS.split(key(place)) if len(name := _name(part)) >= SHORTEST]


def _name(part: str) -> str:
    """Return the name in a part of a place's, without what kind of place it is."""
    name = STREET.sub("", " ".join(part.split()))
    while (shorter := BEFORE.sub("", name)) != name:
        name = shorter
    return name


def _middle(places: Sequence[Point]) -> Point:
    return round(median(lon for lon, _ in places), 5), round(median(lat for _, lat in places), 5)


def _far(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
