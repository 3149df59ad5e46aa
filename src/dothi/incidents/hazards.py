"""Hazards that the public is warned of, and which unit may warn of which, where: data of a file."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dothi.incidents.kinds import Words
from dothi.registers.agencies.package import CITY
from dothi.registers.agencies.types import UnitRow

_FILE = Path(__file__).parent / "data" / "hazards.toml"


@dataclass(frozen=True, slots=True)
class Hazard:
    """What is warned of: its `category` in CAP, its name, and the hours that a message may be in force."""

    category: str
    event: Words
    longest_h: int


@dataclass(frozen=True, slots=True)
class Competence:
    """A row of authority: the unit with this code, or all of this kind, may warn of these hazards."""

    unit: str
    kind: str
    hazards: frozenset[str]
    valid_from: date
    valid_to: date | None

    def holds(self, unit: UnitRow, on: date) -> bool:
        """Tell whether the row speaks of `unit` on the civil date `on`."""
        named = self.unit == unit.code if self.unit else self.kind == unit.kind.value
        return named and self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@cache
def hazards() -> Mapping[str, Hazard]:
    """Return the hazards by id, in the order of the file."""
    rows = _tables()["hazards"].items()
    return {
        key: Hazard(row["category"], Words(row["event"]["vi"], row["event"]["en"]), row["longest_h"])
        for key, row in rows
    }


@cache
def competences() -> tuple[Competence, ...]:
    """Return every row of authority."""
    return tuple(
        Competence(
            row.get("unit", ""), row.get("kind", ""), frozenset(row["hazards"]), row["valid_from"],
            row.get("valid_to"),
        )
        for row in _tables()["competence"]
    )  # fmt: skip


def may_warn_of(unit: UnitRow, hazard: str, on: date) -> bool:
    """Tell whether `unit` may warn of `hazard` on a day."""
    return any(hazard in row.hazards and row.holds(unit, on) for row in competences())


def reaches(unit: UnitRow, wards: Collection[str]) -> bool:
    """Tell whether all of `wards` lie in the area that `unit` answers for; the city's holds every ward."""
    return bool(wards) and (unit.area_code == CITY or all(ward == unit.area_code for ward in wards))


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
