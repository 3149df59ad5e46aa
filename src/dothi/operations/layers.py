"""
What the map shows only when somebody asks for it: stops and routes of buses, rivers and lakes.

They are thousands, change seldom, and stand in the live context, of which only the present is asked.
"""

import json
from collections.abc import Mapping, Sequence
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


class Feature(NamedTuple):
    """
    One thing of a layer; `shape` is GeoJSON (EPSG:4326).

    `note` is what is known of it beside its name: the routes of a stop, the trips of a route there and
    back ("80 ⇄ 81"), the kind of a water; empty where nothing is.
    """

    name: str
    note: str
    shape: Mapping[str, Any]


def features(layer: Layer) -> list[Feature]:
    """Return all that a layer has, by name; one statement."""
    rows = ask(Statement(_sql(layer), {}))[0]
    told = [Feature(name or "", note or "", _rounded(shape)) for name, note, shape in rows if shape]
    return [_both_ways(list(ways)) for _, ways in groupby(told, _name)] if layer is Layer.ROUTES else told


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


def drawn(layer: Layer) -> dict[str, Any]:
    """Return a layer as a GeoJSON FeatureCollection (EPSG:4326); one statement."""
    told = [
        {"type": "Feature", "geometry": one.shape, "properties": {"name": one.name, "note": one.note}}
        for one in features(layer)
    ]
    return {"type": "FeatureCollection", "features": told}


def found(layer: Layer, words: str) -> Sequence[Feature]:
    """Return what of a layer has these words in name or note, marks and case aside; one statement."""
    wanted = fold(words).split()
    return [one for one in features(layer) if all(word in fold(f"{one.name} {one.note}") for word in wanted)]


def _rounded(shape: Any) -> Mapping[str, Any]:
    told = json.loads(shape) if isinstance(shape, str | bytes) else shape
    return {**told, "coordinates": _near(told["coordinates"])}


def _near(one: Any) -> Any:
    return [_near(each) for each in one] if isinstance(one, list) else round(one, PLACES)


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
