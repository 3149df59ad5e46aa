"""Runbooks as data: what is done about an incident, step by step, and what a sensor must say of it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from dothi.incidents.kinds import Words

_FILE = Path(__file__).parent / "data" / "runbooks.toml"


@dataclass(frozen=True, slots=True)
class Condition:
    """`measure` stays below (or above) a limit in `unit` for `for_` without a gap of that length."""

    measure: str
    unit: str
    below: float | None
    above: float | None
    for_: timedelta
    within: timedelta

    def holds(self, value: float) -> bool:
        """Tell whether a value is on its side of the limit."""
        low = self.below is None or value < self.below
        return low and (self.above is None or value > self.above)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; without a condition a person says that it is done."""

    id: str
    title: Words
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Runbook:
    """One version of a runbook. `document` is what an incident keeps of it."""

    code: str
    version: int
    name: Words
    steps: tuple[Step, ...]
    document: Mapping[str, Any]

    @property
    def measures(self) -> frozenset[str]:
        """Return what its conditions are about; empty where no sensor is asked."""
        return frozenset(step.condition.measure for step in self.steps if step.condition is not None)


@dataclass(frozen=True, slots=True)
class Recovery:
    """That a sensor has recovered, from the first to the last of `readings`; the last told `value`."""

    since: datetime
    at: datetime
    readings: int
    value: float


@cache
def runbooks() -> Mapping[str, Runbook]:
    """Return the latest version of each runbook by code, in the order of the file."""
    found: dict[str, Runbook] = {}
    for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["runbook"]:
        one = read(row)
        if one.code not in found or one.version > found[one.code].version:
            found[one.code] = one
    return found


@cache
def source() -> tuple[Words, bool]:
    """Return where the runbooks come from, and whether somebody read it there."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return _words(told["source"]), told["verified"]


def read(document: Mapping[str, Any]) -> Runbook:
    """Return the runbook of a document, as the file or an incident has it."""
    steps = tuple(Step(row["id"], _words(row["title"]), _condition(row)) for row in document["steps"])
    return Runbook(document["code"], document["version"], _words(document["name"]), steps, document)


def recovered(readings: Iterable[tuple[datetime, float]], condition: Condition) -> Recovery | None:
    """
    Return the first recovery that `readings` show, in order of time; None while they show none.

    A sensor that falls silent has not recovered: a gap as long as the condition's time begins anew.
    """
    since: datetime | None = None
    last: datetime | None = None
    count = 0
    for at, value in readings:
        if not condition.holds(value):
            since, last, count = None, None, 0
            continue
        if since is None or last is None or at - last > condition.for_:
            since, count = at, 0
        last, count = at, count + 1
        if at - since >= condition.for_:
            return Recovery(since, at, count, value)
    return None


def _condition(row: Mapping[str, Any]) -> Condition | None:
    told = row.get("condition")
    if told is None:
        return None
    return Condition(
        told["measure"], told["unit"], told.get("below"), told.get("above"),
        timedelta(minutes=told["for_min"]), timedelta(minutes=told["within_min"]),
    )  # fmt: skip


def _words(told: Mapping[str, str]) -> Words:
    return Words(told["vi"], told["en"])
