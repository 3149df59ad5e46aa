"""From which age what a device told is old: by how often it measures, or by a file where it does not say."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "freshness.toml"


def is_stale(measure: str, age: timedelta, interval_s: float | None) -> bool:
    """Tell whether a value of a measure is old; `interval_s` is how often its device should tell."""
    return age > allowed(measure, interval_s)


def allowed(measure: str, interval_s: float | None) -> timedelta:
    """Return the age up to which a value counts as the present one."""
    if interval_s:
        return timedelta(seconds=interval_s * float(_told()["missed"]))
    return timedelta(hours=_told()["seldom"].get(measure, _told()["otherwise_h"]))


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


SELDOM = int(_told()["seldom"]["flooded"])
"""Hours after which a watched point that was under water is no longer taken to be."""
