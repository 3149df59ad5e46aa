"""What is assumed of roads where no file says it: limits and speeds, read once from data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "roads.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths in meters, speeds in km/h; `detour` is by how much a way is longer than the crow's."""

    snap_m: float
    access_kmh: float
    detour: float
    flooded_m: float
    speeds: Mapping[str, float]

    def access_s(self, meters: float) -> float:
        """Return the seconds that a way beside the roads takes."""
        return meters * self.detour / self.access_kmh * 3.6


@cache
def limits() -> Limits:
    """Return the limits of the file."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Limits(told["snap_m"], told["access_kmh"], told["detour"], told["flooded_m"], told["speeds"])
