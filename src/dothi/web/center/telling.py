"""A situation as JSON: values in their units, positions in EPSG:4326, instants in UTC."""

from typing import Any

from dothi.operations.types import Figure, Place, Point, Situation, Ward
from dothi.web.center.moments import Moment
from dothi.web.center.wording import address_of


def told(situation: Situation, moment: Moment) -> dict[str, Any]:
    """Return the situation at a moment; absent values are null."""
    return {
        "at": situation.at,
        "known_at": situation.known_at,
        "generated": situation.generated,
        "figures": [_figure(one) for one in situation.figures],
        "wards": [_ward(one) for one in situation.wards],
        "points": [_point(one, moment) for one in situation.points],
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "name": one.name, "value": one.value, "unit": one.unit, "level": one.level, "target": one.target,
        "of": one.of._asdict() if one.of else None, "source": one.source, "at": one.at, "stale": one.stale,
    }  # fmt: skip


def _ward(one: Ward) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name._asdict(), "value": one.value, "level": one.level, "at": one.at,
        "stale": one.stale,
    }  # fmt: skip


def _point(one: Point, moment: Moment) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, **_place(one.place), "level": one.level, "value": one.value,
        "unit": one.unit, "at": one.at, "stale": one.stale, "url": moment.address(address_of(one)),
    }  # fmt: skip


def _place(one: Place) -> dict[str, Any]:
    return {"name": one.name._asdict(), "lon": one.lon, "lat": one.lat, "ward": one.ward_code}
