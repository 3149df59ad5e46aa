"""Checks of the small things: URIs, instants, names, geometries (clauses 4.6.1 to 4.6.5, 4.7, 4.8)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry import shape

from dothi.context.errors import BadRequestData
from dothi.context.model.kinds import GEOMETRIES

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z")
FORBIDDEN = frozenset("<>\"'=();")


def uri(value: object, what: str = "id") -> str:
    """Return `value` if it is a URI. Raises BadRequestData."""
    if not isinstance(value, str) or not URI.fullmatch(value):
        raise BadRequestData(f"{what} is not a valid URI: {value!r}")
    return value


def instant(value: object, what: str) -> str:
    """Return `value` if it is an instant in UTC as ISO 8601 writes it, with Z. Raises BadRequestData."""
    if isinstance(value, Mapping) and value.get("@type") in (
        "DateTime",
        "https://uri.etsi.org/ngsi-ld/DateTime",
    ):
        value = value.get("@value")
    if isinstance(value, str) and INSTANT.fullmatch(value) and _exists(value):
        return value
    raise BadRequestData(f"{what} is not a valid date and time in UTC: {value!r}")


def name(value: object) -> str:
    """Return `value` if it may name a type or an attribute. Raises BadRequestData."""
    if not isinstance(value, str) or not value or value[0] in "@_" or FORBIDDEN & set(value):
        raise BadRequestData(f"not a valid name: {value!r}")
    return value


def geometry(value: object, what: str = "value") -> dict[str, Any]:
    """Return `value` if it is a valid geometry of GeoJSON (RFC 7946). Raises BadRequestData."""
    if not isinstance(value, Mapping) or value.get("type") not in GEOMETRIES:
        raise BadRequestData(f"{what} is not a GeoJSON geometry: {value!r}")
    try:
        whole = shape(dict(value))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        shapely.errors.ShapelyError,
    ) as error:
        raise BadRequestData(f"{what} is not a valid GeoJSON geometry: {error}") from error
    if whole.is_empty or not _closed(value):
        raise BadRequestData(f"{what} is not a valid GeoJSON geometry")
    return dict(value)


def _closed(value: Mapping[str, Any]) -> bool:
    """Tell whether each ring of a polygon ends where it begins, which shapely would mend in silence."""
    rings = {"Polygon": [value.get("coordinates", [])], "MultiPolygon": value.get("coordinates", [])}
    return all(ring[0] == ring[-1] for polygon in rings.get(value["type"], []) for ring in polygon)


def _exists(value: str) -> bool:
    try:
        datetime.fromisoformat(value.replace(",", "."))
    except ValueError:
        return False
    return True
