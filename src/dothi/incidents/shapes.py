"""
Shapes of wards, as the live context has them: the entities `AdministrativeArea` of the default tenant.

What is drawn from a file is exact; what is approximate says so in the entity. A ward without an entity has
no shape here, and a warning then names it by its code alone.
"""

from collections.abc import Collection, Mapping
from json import loads
from pathlib import Path
from typing import Any

from django.conf import settings

from dothi.foundation.statements import Statement, ask
from dothi.incidents.cap import Ring

_OF_WARDS = (Path(__file__).parent / "sql" / "shapes.sql").read_text(encoding="utf-8")
_THERE = (
    "select to_regclass('context.entity') is not null and has_table_privilege('context.entity', 'select')"
)


def rings_of(codes: Collection[str]) -> Mapping[str, tuple[Ring, ...]]:
    """Return the outer lines of the wards that have a shape, by code; at most two statements, unordered."""
    if not ask(Statement(_THERE, {}))[0][0][0]:
        return {}
    ids = {f"urn:ngsi-ld:AdministrativeArea:{settings.NODE}:{code}": code for code in codes}
    rows = ask(Statement(_OF_WARDS, {"ids": list(ids)}))[0]
    return {
        ids[key]: _outer(loads(shape) if isinstance(shape, str) else shape) for key, shape in rows if shape
    }


def _outer(shape: Mapping[str, Any]) -> tuple[Ring, ...]:
    """Return the first ring of each polygon of a GeoJSON geometry; CAP knows no holes."""
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return tuple(tuple((point[0], point[1]) for point in polygon[0]) for polygon in polygons)
