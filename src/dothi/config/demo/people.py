"""The invented people of the demo city, read from `people.yaml` beside this module."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Resident:
    """Whom the demo identity provider can vouch for, at level 1 or 2."""

    key: str
    name: str
    personal_number: str
    sex: str
    born_on: date
    ethnicity: str
    nationality: str
    ward: str
    address: str
    assurance: int


@dataclass(frozen=True, slots=True)
class Official:
    """Who works for the city; `unit` is the code of a ward, or `ioc`, `duties` those of the post."""

    key: str
    name: str
    username: str
    unit: str
    post: dict[str, str]
    duties: tuple[str, ...]


@cache
def residents() -> tuple[Resident, ...]:
    """Return the residents in the order of the file."""
    return tuple(_resident(dict(row)) for row in _rows("residents"))


@cache
def officials() -> tuple[Official, ...]:
    """Return the officials in the order of the file."""
    return tuple(Official(**{**row, "duties": tuple(row["duties"])}) for row in _rows("officials"))


def _resident(row: dict[str, Any]) -> Resident:
    residence = row.pop("residence")
    return Resident(**row, ward=residence["ward"], address=residence["address"])


def _rows(section: str) -> list[dict[str, Any]]:
    text = Path(__file__).with_name("people.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)[section]
    return rows
