"""Stops and routes of buses from `gtfs_hanoi`: the feed of 2018, with names of stops where it has them."""

import re
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
LINE_SOURCE: Final = "a line through the stops that the feed numbers for the route; the feed has no shapes"
STOP_OF_ROUTE: Final = re.compile(r"(?P<route>.+)_S(?P<place>[0-9]+)")
"""A stop id of the feed: the route and the stop's place on it."""
ROUTE_TYPES: Final = {"0": "tram", "1": "metro", "2": "rail", "3": "bus", "4": "ferry"}


def read_stops(city: City, folder: Path) -> Imported:
    """Return stops, each in its ward."""
    sheet = Sheet(_stops(folder))
    return Imported(entities=sheet.each(sheet.rows(), lambda row: _stop(city, row)), bad=sheet.bad)


def read_routes(city: City, folder: Path) -> Imported:
    """Return routes, with how many trips each has in the feed, drawn through their stops."""
    sheet = Sheet(folder / ROUTE_FILES[0])
    (trips, bad), lines = _trips(folder), _lines(folder)
    routes = sheet.each(sheet.rows(), lambda row: {**_route(city, row, trips), **_drawn(row, lines)})
    return Imported(entities=routes, bad=[*sheet.bad, *bad])


def _trips(folder: Path) -> tuple[Counter[str], list[Bad]]:
    path = folder / ROUTE_FILES[1]
    sheet = Sheet(path)
    rows = sheet.rows() if path.is_file() else iter(())
    return Counter(sheet.each(rows, lambda row: told(row, "route_id"))), sheet.bad


def _lines(folder: Path) -> Mapping[str, list[list[float]]]:
    """Return the places of the stops of each route in their order; rows that are none count for nothing."""
    path = _stops(folder)
    found: dict[str, dict[int, list[float]]] = {}

    def use(row: Mapping[str, str]) -> None:
        if of := STOP_OF_ROUTE.fullmatch(told(row, "stop_id")):
            found.setdefault(of["route"], {})[int(of["place"])] = list(_place(row))

    sheet = Sheet(path)
    sheet.each(sheet.rows() if path.is_file() else iter(()), use)
    return {route: [places[one] for one in sorted(places)] for route, places in found.items()}


def _drawn(row: Mapping[str, str], lines: Mapping[str, list[list[float]]]) -> Entity:
    line = lines.get(told(row, "route_id"), [])
    if len(line) < 2:
        return {}
    shape = {"type": "LineString", "coordinates": line}
    return {"location": {"type": "GeoProperty", "value": shape}, "locationSource": said(LINE_SOURCE)}


def _stops(folder: Path) -> Path:
    """Return the file of stops that is there, with their names if it can be."""
    paths = [folder / name for name in STOP_FILES]
    return next((path for path in paths if path.is_file()), paths[-1])


def _place(row: Mapping[str, str]) -> tuple[float, float]:
    lon, lat = float(told(row, "stop_lon")), float(told(row, "stop_lat"))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Unusable(f"there is no place {lon}, {lat}")
    return lon, lat


def _stop(city: City, row: Mapping[str, str]) -> Entity:
    lon, lat = _place(row)
    one: dict[str, Any] = {
        "id": city.id("GtfsStop", told(row, "stop_id")), "type": "GtfsStop",
        "name": said(text.nfc(told(row, "stop_name"))), "code": said(row["stop_id"]),
        "location": point(lon, lat), "source": said(SOURCE),
    }  # fmt: skip
    if ward := city.ward_at(lon, lat):
        one["areaServed"] = said(ward.name)
    if of := STOP_OF_ROUTE.fullmatch(row["stop_id"]):
        one["routes"] = said(_short(of["route"]))
    return one


def _route(city: City, row: Mapping[str, str], trips: Mapping[str, int]) -> Entity:
    route = told(row, "route_id")
    one: dict[str, Any] = {
        "id": city.id("GtfsRoute", route), "type": "GtfsRoute",
        "name": said(text.nfc(row["route_long_name"] or row["route_short_name"] or route)),
        "shortName": said(_short(route)), "routeType": said(ROUTE_TYPES[told(row, "route_type")]),
        "tripCount": said(trips.get(route, 0)), "source": said(SOURCE),
    }  # fmt: skip
    if row.get("agency_id"):
        one["operatedBy"] = related(city.id("GtfsAgency", row["agency_id"]))
    return one


def _short(route: str) -> str:
    """Return what passengers call a route: the feed has one for each direction."""
    return route.partition("_")[0]
