"""Wards from `admin_units`: shapes as a file draws them, with the offices; approximate ones without it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shapely.geometry import shape

from dothi.kernel import text
from dothi.sectors.importing.city import City, Imported
from dothi.sectors.importing.rows import Sheet, Unusable, opened, told
from dothi.sectors.territory.wards import DIGITS, LEVELS, Ward, approximate

SHAPES: Final = "admin_units/hanoi_wards_2025_{}.geojson"
OFFICES: Final = "admin_units/hanoi_ward_offices_2025.csv"
FILES: Final = (SHAPES.format("simplified"), SHAPES.format("full"), OFFICES)
SOURCE: Final = "thanglequoc/vietnamese-provinces-database, MIT"


def wards(folder: Path | None, detail: str = "simplified") -> tuple[Sequence[Ward], Sheet | None]:
    """
    Return the wards since 1 July 2025, and the sheet with the rows that are left out.

    `detail` is simplified or full. Without a folder, or without its file, they are approximate.
    """
    if folder is None or not (path := folder / SHAPES.format(detail)).is_file():
        return approximate(), None
    sheet = Sheet(path)
    features = json.loads(opened(path).read_bytes())["features"]
    offices = _offices(folder)
    rows = enumerate(features, 1)
    return sheet.each(rows, lambda one: _ward(one, offices)), sheet


def read(city: City) -> Imported:
    """Return the wards of a city as entities."""
    return Imported(entities=[ward.entity(city.id("AdministrativeArea", ward.code)) for ward in city.wards])


def _ward(feature: Mapping[str, Any], offices: Mapping[str, str]) -> Ward:
    about = feature["properties"]
    drawn = shape(feature["geometry"])
    if not drawn.is_valid or drawn.is_empty:
        raise Unusable(f"{about['fullName']} has no valid shape")
    name = text.nfc(about["fullName"])
    if name.split(" ", 1)[0] not in LEVELS:
        raise Unusable(f"{name} is neither a ward nor a commune")
    inside = drawn.representative_point()
    return Ward(
        told(about, "code"), name, feature["geometry"], round(inside.x, DIGITS), round(inside.y, DIGITS),
        about.get("areaKm2"), False, SOURCE, offices.get(about["code"], ""),
    )  # fmt: skip


def _offices(folder: Path) -> Mapping[str, str]:
    path = folder / OFFICES
    rows = [row for _, row in Sheet(path).rows()] if path.is_file() else []
    return {row["ward_code"]: text.nfc(row["office_address"]) for row in rows}
