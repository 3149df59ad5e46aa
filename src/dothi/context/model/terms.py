"""Checks of the small things: URIs, instants, names, scopes, geometries (clauses 4.6 to 4.8, 4.18)."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
import shapely
from shapely.geometry import shape

from dothi.context.errors import BadRequestData
from dothi.context.model.kinds import DEEP, NULL, is_geometry

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z")
NAME = re.compile(r"(?:[^\W\d_]\w*:)?[^\W\d_]\w*")
SCOPE = re.compile(r"/?[^\W\d_]\w*(?:/[^\W\d_]\w*)*")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
LONGEST = 1024
"""Bytes of a URI, name or scope: indexes of PostgreSQL hold no more than some 2,700 in one entry."""
FAR = 1e6
"""Degrees, or meters of height: no place lies there, and an index of boxes overflows far beyond."""
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | {
    chr(point) for point in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
"""Characters that are letters, marks or symbols by their category, and that nobody sees."""
UNSEEN_CATEGORIES = ("C", "Z")


def uri(value: object, what: str = "id") -> str:
    """Return `value` if it is a URI, or an IRI whose characters can be seen. Raises BadRequestData."""
    if isinstance(value, str) and value != NULL and URI.fullmatch(value) and _is_seen(value):
        return _short(value, what)
    raise BadRequestData(f"{what} is not a valid URI: {_quoted(value)}")


def instant(value: object, what: str) -> str:
    """Return `value` if it is an instant in UTC as ISO 8601 writes it, with Z. Raises BadRequestData."""
    if isinstance(value, dict) and value.get("@type") in (
        "DateTime",
        "https://uri.etsi.org/ngsi-ld/DateTime",
    ):
        value = value.get("@value")
    if isinstance(value, str) and INSTANT.fullmatch(value) and _exists(value):
        return value.replace(",", ".")
    raise BadRequestData(f"{what} is not a valid date and time in UTC: {_quoted(value)}")


@lru_cache(maxsize=4096)
def _name(value: str) -> str:
    if NAME.fullmatch(value) and value[0].isalpha():
        return _short(value, "a name")
    if ":" in value:
        return uri(value, "a name")
    raise BadRequestData(f"not a valid name: {_quoted(value)}")


def name(value: object) -> str:
    """Return `value` if it may name a type or an attribute (clause 4.6.2). Raises BadRequestData."""
    if not isinstance(value, str):
        raise BadRequestData(f"not a valid name: {_quoted(value)}")
    return _name(value)


def scope(value: object) -> str:
    """Return a scope (clause 4.18), with the slash that it begins with. Raises BadRequestData."""
    if not isinstance(value, str) or not SCOPE.fullmatch(value):
        raise BadRequestData(f"not a scope: {_quoted(value)}")
    return _short(value if value.startswith("/") else f"/{value}", "a scope")


def text(value: object, what: str) -> str:
    """Return `value` if it is a text that says something. Raises BadRequestData."""
    if not isinstance(value, str) or not value:
        raise BadRequestData(f"{what} is a text")
    return value


def geometry(value: Any, what: str = "value") -> dict[str, Any]:
    """
    Return `value` if it is a valid geometry of GeoJSON (RFC 7946) but no collection.

    A text that holds the JSON of one serves as well (clause 4.7.2). Raises BadRequestData.
    """
    if isinstance(value, str):
        value = _from_text(value, what)
    if not is_geometry(value) or value["type"] == "GeometryCollection":
        raise BadRequestData(f"{what} is not a GeoJSON geometry: {_quoted(value)}")
    try:
        whole = shape(dict(value))
        closed = _closed(value)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        shapely.errors.ShapelyError,
    ) as error:
        raise BadRequestData(f"{what} is not a valid GeoJSON geometry: {error}") from error
    if whole.is_empty or not closed or not _are_positions(value["coordinates"], DEEP[value["type"]]):
        raise BadRequestData(f"{what} is not a valid GeoJSON geometry")
    return dict(value)


def flag(value: Any, what: str) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise BadRequestData(f"{what} is true or false")
    return value


def positive(value: Any, what: str) -> float:
    """Return a number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise BadRequestData(f"{what} is a number greater than 0")
    return value


def _from_text(value: str, what: str) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise BadRequestData(f"{what} is not a GeoJSON geometry: {_quoted(value)}") from error


def _closed(value: Mapping[str, Any]) -> bool:
    """Tell whether each ring of a polygon ends where it begins, which shapely would mend in silence."""
    rings = {"Polygon": [value.get("coordinates", [])], "MultiPolygon": value.get("coordinates", [])}
    return all(ring[0] == ring[-1] for polygon in rings.get(value["type"], []) for ring in polygon)


def _are_positions(coordinates: Any, deep: int) -> bool:
    """Tell whether lists so deep hold positions: shapely takes true for 1 and a list for its only member."""
    if not isinstance(coordinates, list):
        return False
    if deep:
        return all(_are_positions(one, deep - 1) for one in coordinates)
    return len(coordinates) > 1 and all(type(one) in (int, float) and abs(one) < FAR for one in coordinates)


def _exists(value: str) -> bool:
    try:
        datetime.fromisoformat(value.replace(",", "."))
    except ValueError:
        return False
    return True


def _is_seen(value: str) -> bool:
    """Tell whether each character can be seen: an id that looks like another identifies nothing."""
    return value.isascii() or not any(
        one in UNSEEN or unicodedata.category(one).startswith(UNSEEN_CATEGORIES) for one in value
    )


def _short(value: str, what: str) -> str:
    if len(value) > LONGEST or (not value.isascii() and len(value.encode()) > LONGEST):
        raise BadRequestData(f"{what} is longer than {LONGEST} bytes")
    return value


def _quoted(value: object) -> str:
    """Return what was told for a message, the beginning of it where it is long."""
    told = repr(value) if isinstance(value, str | int | float | bool | None) else type(value).__name__
    return told if len(told) <= 100 else f"{told[:100]}…"
