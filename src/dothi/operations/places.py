"""Wards with the rain that fell there, the areas that the map draws, and its points."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import shapely.geometry

from dothi.foundation.statements import Statement, ask
from dothi.incidents import types as incidents_types
from dothi.incidents.types import IncidentRow, UnitRow, UnitState
from dothi.operations import rules
from dothi.operations.types import Kind, Level, Measured, Place, Point, Text, Ward
from dothi.registers.agencies.queries import areas

KINDS: Mapping[str, Kind] = {"river": Kind.WATER, "floods": Kind.FLOOD}
PLAIN = Kind.SENSOR, Level.UNKNOWN
"""Of what no figure is made: most of 25,000 points, for each of which an enumeration would be asked twice."""
DRY = frozenset({"flooded"})


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def wards(gauges: Sequence[Measured], fallen: Mapping[int, float], on: date) -> list[Ward]:
    """Return the wards of the day by name, each with the most that fell at its own gauges; one statement."""
    wettest: dict[str, Measured] = {}
    told = [one for one in gauges if one.thing.series in fallen]
    for one in sorted(told, key=lambda one: fallen[one.thing.series]):
        wettest[one.thing.place.ward_code] = one
    return [
        _ward(area.code, Text(area.name.vi, area.name.en), wettest.get(area.code), fallen)
        for area in areas(on)
    ]


def _ward(code: str, name: Text, gauge: Measured | None, fallen: Mapping[int, float]) -> Ward:
    if gauge is None:
        return Ward(code, name)
    value = fallen[gauge.thing.series]
    return Ward(code, name, value, rules.of_rain(value), gauge.at, gauge.stale)


def drawn() -> dict[str, Any]:
    """Return the areas of the wards as a GeoJSON FeatureCollection (EPSG:4326); one statement."""
    features = [
        {"type": "Feature", "geometry": _parsed(shape),
         "properties": {"code": code, "name_vi": vi, "name_en": en, "approximate": bool(approximate)}}
        for code, vi, en, shape, approximate in ask(Statement(_sql("areas"), {}))[0]
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def middle_of(ward_code: str) -> tuple[float, float] | None:
    """Return a point (lon, lat) inside a ward, None where its area is not known; one statement."""
    shapes = [shape for code, _, _, shape, _ in ask(Statement(_sql("areas"), {}))[0] if code == ward_code]
    if not shapes:
        return None
    middle = shapely.geometry.shape(_parsed(shapes[0])).representative_point()
    return middle.x, middle.y


def nearest(lon: float, lat: float, most: int) -> list[str]:
    """Return codes of the wards nearest to a point (EPSG:4326), its own first; one statement."""
    here = shapely.geometry.Point(lon, lat)
    areas = [(code, shape) for code, _, _, shape, _ in ask(Statement(_sql("areas"), {}))[0]]
    far = {code: shapely.geometry.shape(_parsed(shape)).distance(here) for code, shape in areas}
    return sorted(far, key=lambda code: (far[code], code))[:most]


def _parsed(shape: Any) -> Any:
    return json.loads(shape) if isinstance(shape, str | bytes) else shape


def hospitals() -> list[Point]:
    """Return the hospitals that the live context knows, by id; one statement."""
    return [
        Point(f"hospital-{number}", Kind.HOSPITAL, Place(Text(vi, en), float(lon), float(lat)), Level.CALM)
        for number, (vi, en, lon, lat) in enumerate(ask(Statement(_sql("hospitals"), {}))[0])
    ]


def points(series: Sequence[Measured], fallen: Mapping[int, float]) -> list[Point]:
    """
    Return what devices tell at places that are known, by number of the series.

    A watched point that is not under water is no point: the map shows where water stands.
    """
    return [
        _point(one, fallen) for one in series
        if one.thing.place.lon is not None and not (one.value <= 0 and one.thing.measure in DRY)
    ]  # fmt: skip


def _point(one: Measured, fallen: Mapping[int, float]) -> Point:
    thing, value, at, _, stale = one
    kind, level = PLAIN
    if thing.indicator:
        value = fallen.get(thing.series, value)
        kind, level = KINDS.get(thing.indicator, kind), rules.judged(one, value)
    return Point(f"series-{thing.series}", kind, thing.place, level, value, thing.unit, at, stale)


def of_incidents(incidents: Sequence[IncidentRow]) -> list[Point]:
    """Return open incidents, in their order."""
    return [
        Point(f"incident-{one.id}", Kind.INCIDENT, _at(Text(one.title, one.title), one.place),
              rules.level_of(one), at=one.changed_at, key=one.id)
        for one in incidents
    ]  # fmt: skip


def of_units(units: Sequence[UnitRow]) -> list[Point]:
    """Return response units, in their order; one that is out asks for attention."""
    return [
        Point(f"unit-{one.id}", Kind.UNIT, _at(Text(one.call_sign, one.call_sign), one.place),
              Level.RAISED if one.incident_id else Level.CALM, at=one.seen_at, stale=one.stale, key=one.id)
        for one in units if one.state is not UnitState.OFF
    ]  # fmt: skip


def _at(name: Text, place: incidents_types.Place) -> Place:
    return Place(name, place.lon, place.lat, place.ward_code)
