"""The words of the room as data: types, severities, kinds of units, causes; read once from a file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "kinds.toml"


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages of the node."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave: `rank` orders, `answer_min` minutes are left until somebody must have been sent."""

    name: Words
    rank: int
    answer_min: int


@dataclass(frozen=True, slots=True)
class Type:
    """What happens: the kinds of `units` that fit, first choice first, and its runbook where there is one."""

    name: Words
    units: tuple[str, ...]
    runbook: str


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of response unit; its position is stale after `fresh_s` seconds."""

    name: Words
    fresh_s: int


@cache
def severities() -> Mapping[str, Severity]:
    """Return the severities by id, in the order of their rank."""
    return {
        key: Severity(_words(row), row["rank"], row["answer_min"])
        for key, row in _table("severities").items()
    }


@cache
def types() -> Mapping[str, Type]:
    """Return the types of incidents by id, in the order of the file."""
    return {
        key: Type(_words(row), tuple(row["units"]), row.get("runbook", ""))
        for key, row in _table("types").items()
    }


@cache
def unit_kinds() -> Mapping[str, UnitKind]:
    """Return the kinds of response units by id, in the order of the file."""
    return {key: UnitKind(_words(row), row["fresh_s"]) for key, row in _table("units").items()}


@cache
def causes() -> Mapping[str, Words]:
    """Return the causes of closing by id, in the order of the file."""
    return {key: _words(row) for key, row in _table("causes").items()}


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _table(name: str) -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = _tables()[name]
    return table


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["name"]["vi"], row["name"]["en"])
