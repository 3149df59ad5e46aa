"""
What the map shows only when somebody asks for it: stops and routes of buses, rivers and lakes.

They are thousands, change seldom, and stand in the live context, which keeps their past from their import on.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from dothi.foundation.statements import Statement, ask
from dothi.kernel.text import fold

BACK = " ⇄ "
"""Between what is said of a route there and of it back."""
PLACES = 5
"""Of a degree, after the point: a meter. More would only make the answer longer."""


class Layer(StrEnum):
    """One layer, named as its statement."""

    STOPS = "stops"
    ROUTES = "routes"
    WATERS = "waters"


OF_TYPE = {
    Layer.STOPS: "https://smartdatamodels.org/dataModel.UrbanMobility/GtfsStop",
    Layer.ROUTES: "https://smartdatamodels.org/dataModel.UrbanMobility/GtfsRoute",
    Layer.WATERS: "urn:dothi:ns:WaterBody",
}
FAR = datetime.max.replace(tzinfo=UTC)


class Then(NamedTuple):
    """A past moment: as it was at `at`, or of that what was known by `known_at`."""

    at: datetime
    known_at: datetime | None = None


class Feature(NamedTuple):
    """
    One thing of a layer; `shape` is GeoJSON (EPSG:4326).

    `note` is what is known of it beside its name: the routes of a stop, the trips of a route there and
    back ("80 ⇄ 81"), the kind of a water; empty where nothing is.
    """

    name: str
    note: str
    shape: Mapping[str, Any]


def features(layer: Layer, then: Then | None = None) -> list[Feature]:
    """Return all that a layer has, or had then, by name; one statement."""
    rows = ask(_asked(layer, then))[0]
    told = [Feature(name or "", note or "", _rounded(shape)) for name, note, shape in rows if shape]
    return [_both_ways(list(ways)) for _, ways in groupby(told, _name)] if layer is Layer.ROUTES else told


def _asked(layer: Layer, then: Then | None) -> Statement:
    if then is None:
        return Statement(_sql("things_now") + _sql(layer), {"type": OF_TYPE[layer]})
    told = {"type": OF_TYPE[layer], "at": then.at, "known_at": then.known_at or FAR}
    return Statement(_sql("things_then") + _sql(layer), told)


def alike(layer: Layer, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when a layer last changed by `at`, and when next; between the two it is alike. One statement."""
    since, until = ask(Statement(_sql("things_between"), {"type": OF_TYPE[layer], "at": at}))[0][0]
    return since, until


def _name(one: Feature) -> str:
    return one.name


def _both_ways(ways: Sequence[Feature]) -> Feature:
    """Return the directions of a route, which a feed has one by one, as one thing."""
    if len(ways) == 1:
        return ways[0]
    lines = [line for one in ways for line in _lines(one.shape)]
    shape = {"type": "MultiLineString", "coordinates": lines}
    return Feature(ways[0].name, BACK.join(one.note for one in ways if one.note), shape)


def _lines(shape: Mapping[str, Any]) -> list[Any]:
    return [shape["coordinates"]] if shape["type"] == "LineString" else list(shape["coordinates"])


def drawn(layer: Layer, present: datetime, then: Then | None = None) -> dict[str, Any]:
    """
    Return a layer as a GeoJSON FeatureCollection (EPSG:4326); two statements.

    `since` and `until` (ISO 8601, null where nothing changed) say between which moments it is the same.
    """
    told = [
        {"type": "Feature", "geometry": one.shape, "properties": {"name": one.name, "note": one.note}}
        for one in features(layer, then)
    ]
    since, until = [one and one.isoformat() for one in alike(layer, then.at if then else present)]
    return {"type": "FeatureCollection", "since": since, "until": until, "features": told}


def found(layer: Layer, words: str, then: Then | None = None) -> Sequence[Feature]:
    """Return what of a layer has these words in name or note, marks and case aside; one statement."""
    wanted = fold(words).split()
    return [
        one for one in features(layer, then) if all(word in fold(f"{one.name} {one.note}") for word in wanted)
    ]


def _rounded(shape: Any) -> Mapping[str, Any]:
    told = json.loads(shape) if isinstance(shape, str | bytes) else shape
    return {**told, "coordinates": _near(told["coordinates"])}


def _near(one: Any) -> Any:
    return [_near(each) for each in one] if isinstance(one, list) else round(one, PLACES)


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
