"""Steps of loading the demo city that need nothing of it but its units."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from dothi.alerts.actions.keep import publish
from dothi.alerts.catalog import documents
from dothi.alerts.errors import RuleUnknown
from dothi.alerts.queries import rule_id
from dothi.foundation.identity.authority import SYSTEM
from dothi.incidents.actions.units import NewUnit, make_known
from dothi.incidents.models import ResponseUnit
from dothi.incidents.types import Place
from dothi.kernel.ids import new_id
from dothi.registers.agencies.founding import center_unit_id

_UNITS = Path(__file__).with_name("response_units.yaml")
Step = tuple[str, int, Callable[[datetime], object]]
"""Name, number of rows, and what writes those that are missing and returns something true if any were."""


def alert_rules() -> Step:
    """Publish the rules of the catalog that are not published; a published version never changes."""
    files = documents()
    return "alert rules", len(files), _publish_missing


def response_units() -> Step:
    """Make the units known that the center has to send, where they are not."""
    return "response units", len(_units()), _make_missing_known


@cache
def _units() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(_UNITS.read_text(encoding="utf-8")))


def _make_missing_known(at: datetime) -> bool:
    known = set(ResponseUnit.objects.values_list("call_sign", flat=True))
    missing = [row for row in _units() if row["call_sign"] not in known]
    for row in missing:
        make_known(new=_unit(row), actor=SYSTEM, at=at, key=new_id())
    return bool(missing)


def _unit(row: Mapping[str, Any]) -> NewUnit:
    shifts = tuple((begin, end) for begin, end in row.get("shifts", ()))
    return NewUnit(
        row["kind"], row["call_sign"], row["name"]["vi"], row["name"]["en"], Place(*row["home"]),
        center_unit_id(settings.NODE), shifts,
    )  # fmt: skip


def _publish_missing(at: datetime) -> bool:
    missing = [file for file in documents() if not _published(file.parent.name, file.stem)]
    for file in missing:
        publish(text=file.read_text(encoding="utf-8"), actor=SYSTEM, at=at)
    return bool(missing)


def _published(code: str, version: str) -> bool:
    try:
        rule_id(code, version)
    except RuleUnknown:
        return False
    return True
