"""Stops and routes of buses from `gtfs_hanoi`: the feed of 2018, with names of stops where it has them."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dothi.kernel import text
from dothi.sectors.importing.city import City, Entity, Imported
from dothi.sectors.importing.rows import Bad, Sheet, Unusable, told
from dothi.sectors.models import point, related, said

STOP_FILES: Final = ("gtfs_hanoi/stops-enriched.txt", "gtfs_hanoi/stops.txt")
ROUTE_FILES: Final = ("gtfs_hanoi/routes.txt", "gtfs_hanoi/trips.txt")
SOURCE: Final = "World Bank GTFS feed of 2018, by huyle0112/TransitSmart_Backend"
ROUTE_TYPES: Final = {"0": "tram", "1": "metro", "2": "rail", "3": "bus", "4": "ferry"}


def read_stops(city: City, folder: Path) -> Imported:
    """Return stops, each in its ward."""
    paths = [folder / name for name in STOP_FILES]
    sheet = Sheet(next((path for path in paths if path.is_file()), paths[-1]))
    return Imported(entities=sheet.each(sheet.rows(), lambda row: _stop(city, row)), bad=sheet.bad)


def read_routes(city: City, folder: Path) -> Imported:
    """Return routes, with how many trips each has in the feed."""
    sheet = Sheet(folder / ROUTE_FILES[0])
    trips, bad = _trips(folder)
    routes = sheet.each(sheet.rows(), lambda row: _route(city, row, trips))
    return Imported(entities=routes, bad=[*sheet.bad, *bad])


def _trips(folder: Path) -> tuple[Counter[str], list[Bad]]:
    path = folder / ROUTE_FILES[1]
    sheet = Sheet(path)
    rows = sheet.rows() if path.is_file() else iter(())
    return Counter(sheet.each(rows, lambda row: told(row, "route_id"))), sheet.bad


def _stop(city: City, row: Mapping[str, str]) -> Entity:
    lon, lat = float(told(row, "stop_lon")), float(told(row, "stop_lat"))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Unusable(f"there is no place {lon}, {lat}")
    one: dict[str, Any] = {
        "id": city.id("GtfsStop", told(row, "stop_id")), "type": "GtfsStop",
        "name": said(text.nfc(told(row, "stop_name"))), "code": said(row["stop_id"]),
        "location": point(lon, lat), "source": said(SOURCE),
    }  # fmt: skip
    if ward := city.ward_at(lon, lat):
        one["areaServed"] = said(ward.name)
    return one


def _route(city: City, row: Mapping[str, str], trips: Mapping[str, int]) -> Entity:
    route = told(row, "route_id")
    one: dict[str, Any] = {
        "id": city.id("GtfsRoute", route), "type": "GtfsRoute",
        "name": said(text.nfc(row["route_long_name"] or row["route_short_name"] or route)),
        "shortName": said(route.partition("_")[0]), "routeType": said(ROUTE_TYPES[told(row, "route_type")]),
        "tripCount": said(trips.get(route, 0)), "source": said(SOURCE),
    }  # fmt: skip
    if row.get("agency_id"):
        one["operatedBy"] = related(city.id("GtfsAgency", row["agency_id"]))
    return one
