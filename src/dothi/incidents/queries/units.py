"""Response units as they were at a moment and as they were known, and which one is nearest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from json import loads
from pathlib import Path
from typing import Any

from dothi.foundation.statements import Statement, ask
from dothi.incidents import kinds as words
from dothi.incidents import rules
from dothi.incidents.queries.incidents import FAR
from dothi.incidents.queries.roads import ways_to
from dothi.incidents.types import IncidentId, Nearest, Place, ResponseUnitId, UnitRow, UnitState
from dothi.kernel.ids import UnitId

_AT = (Path(__file__).parents[1] / "sql" / "units_at.sql").read_text(encoding="utf-8")
MOST = 2000


def units_at(at: datetime, known_at: datetime | None = None, *, limit: int = MOST) -> list[UnitRow]:
    """
    Return every response unit as it was at `at`, by what was known at `known_at` (None: what is known now).

    By kind, then call sign; at most `limit`; one statement.
    """
    asked = {"at": at, "known_at": known_at or FAR, "limit": limit}
    return [_row(row, at) for row in ask(Statement(_AT, asked))[0]]


def nearest_units(
    *,
    place: Place,
    kinds: Sequence[str],
    at: datetime,
    known_at: datetime | None = None,
    live: bool = False,
) -> Nearest:
    """
    Return which unit of `kinds` is nearest to `place` at `at`, by which measure, and why the others are not.

    By road where a graph has the place, else by distance, and it says why. `live`: `at` is the present.
    Two statements without a graph, six with one.
    """
    ways = ways_to(place, at, known_at, live=live)
    found = rules.nearest(units_at(at, known_at), place, kinds, at, ways.roads)
    return replace(found, without=ways.without)


def _row(row: Sequence[Any], at: datetime) -> UnitRow:
    key, kind, sign, name_vi, name_en, home_lon, home_lat, shifts, state, incident, seen, lon, lat = row[:13]
    device, unit_id = row[13:]
    age = None if seen is None else (at - seen).total_seconds()
    return UnitRow(
        ResponseUnitId(key), kind, sign, name_vi, name_en,
        Place(home_lon, home_lat) if seen is None else Place(lon, lat), seen, age,
        _stale(kind, age, device),
        UnitState(state), IncidentId(incident) if incident else None,
        rules.on_shift(loads(shifts) if isinstance(shifts, str) else shifts, at), device or "",
        UnitId(unit_id),
    )  # fmt: skip


def _stale(kind: str, age_s: float | None, device: str | None) -> bool:
    """
    Tell whether a position is too old to be trusted.

    A unit that never told any is taken to be at home, unless a device should tell where it is.
    """
    if age_s is None:
        return bool(device)
    known = words.unit_kinds().get(kind)
    return known is None or age_s > known.fresh_s
