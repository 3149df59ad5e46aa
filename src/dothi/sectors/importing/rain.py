"""Daily rain of the city's stations, from `rain_flood`: a station and a reading for each day."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dothi.sectors.doors.mqtt import Sample
from dothi.sectors.doors.registry import Station
from dothi.sectors.importing.city import City, Imported
from dothi.sectors.importing.places import slug
from dothi.sectors.importing.rows import Sheet, Unusable, told
from dothi.sectors.models.profiles import kinds

DAILY: Final = "rain_flood/hanoi_rain_daily_2020_2025.csv"
SOURCE: Final = "Thoát nước Hà Nội, by reiwav/thoatnuochanoi"
ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def read(city: City, folder: Path) -> Imported:
    """
    Return stations and their days; the reading of a day is of the midnight that ends it.

    What is out of range comes through the door and is rejected there, where it is seen.
    """
    sheet = Sheet(folder / DAILY)
    stations: dict[str, Station] = {}
    samples = sheet.each(sheet.rows(), lambda row: _sample(city, stations, row))
    entered = sorted(stations.values(), key=lambda one: one.id)
    return Imported(entered, city.of(entered, SOURCE), sorted(samples), sheet.bad)


def _sample(city: City, stations: dict[str, Station], row: Mapping[str, str]) -> Sample:
    name = told(row, "station")
    if name not in stations:
        stations[name] = _station(city, name)
    day = datetime.combine(datetime.fromisoformat(told(row, "date")), time(), ZONE)
    rain_mm = float(told(row, "rain_mm"))
    if rain_mm < 0:
        raise Unusable(f"rain_mm is {rain_mm}")
    return Sample(day + timedelta(days=1), stations[name].id, "rain_day", rain_mm)


def _station(city: City, name: str) -> Station:
    ward = city.gazetteer.ward(name)
    return city.station(kinds()["rain-day"], f"rain-day-{slug(name)}", f"Trạm mưa {name}", ward=ward)
