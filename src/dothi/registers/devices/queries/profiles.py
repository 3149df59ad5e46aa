"""Kinds of devices."""

import json
from typing import Any

from dothi.foundation.statements import Statement, ask
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import Measured, Profile


def profiles() -> list[Profile]:
    """Return all kinds of devices by name; one statement."""
    return [_profile(*row) for row in ask(Statement(sql("profiles"), {"name": None}))[0]]


def profile_named(name: str) -> Profile | None:
    """Return a kind of device; one statement."""
    rows = ask(Statement(sql("profiles"), {"name": name}))[0]
    return _profile(*rows[0]) if rows else None


def _profile(name: str, name_vi: str, name_en: str, measures: str) -> Profile:
    return Profile(name, name_vi or name, name_en or name, [_measured(one) for one in json.loads(measures)])


def _measured(told: dict[str, Any]) -> Measured:
    return Measured(
        told["name"], told.get("unit", ""), told.get("interval_s"), told.get("low"), told.get("high")
    )
