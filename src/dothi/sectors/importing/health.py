"""Hospitals of OpenStreetMap, from `osm`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dothi.kernel import text
from dothi.sectors.importing.city import City, Entity, Imported
from dothi.sectors.importing.places import slug
from dothi.sectors.importing.rows import Sheet, Unusable, opened, told
from dothi.sectors.models import point, related, said

HOSPITALS: Final = "osm/hanoi_hospitals_osm_2024.geojson"
SOURCE: Final = "OpenStreetMap contributors, ODbL"


def read(city: City, folder: Path) -> Imported:
    """Return hospitals that have a name."""
    path = opened(folder / HOSPITALS)
    sheet = Sheet(path)
    features = json.loads(path.read_bytes())["features"]
    found = sheet.each(enumerate(features, 1), lambda one: _hospital(city, one))
    return Imported(entities=found, bad=sheet.bad)


def _hospital(city: City, feature: Mapping[str, Any]) -> Entity:
    about, shape = feature["properties"], feature["geometry"]
    if shape["type"] != "Point":
        raise Unusable(f"a {shape['type']} is no point")
    lon, lat = shape["coordinates"]
    told(about, "name")
    element = told(about, "osm")
    one: dict[str, Any] = {
        "id": city.id("Hospital", slug(element)), "type": "Hospital", "name": said(text.nfc(about["name"])),
        "location": point(lon, lat), "osmElement": said(element), "source": said(SOURCE),
    }  # fmt: skip
    if ward := city.ward_at(lon, lat):
        one["inArea"] = related(city.id("AdministrativeArea", ward.code))
    if about.get("emergency") in ("yes", "no"):
        one["emergency"] = said(about["emergency"] == "yes")
    if about.get("healthcare"):
        one["healthcareType"] = said(about["healthcare"])
    if street := " ".join(about[part] for part in ("addr:housenumber", "addr:street") if about.get(part)):
        one["address"] = said({"streetAddress": text.nfc(street), "addressLocality": "Hà Nội"})
    return one
