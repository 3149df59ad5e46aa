"""
PM2.5 of the US Embassy in Hanoi by the hour, from `air_quality`.

The file has no concentrations but the US index of each hour. They are computed back from it, by the
breakpoints that the embassy's network used until 2024 (40 CFR 58 App. G of 2012; verified: false), to about
the µg/m³ that one step of the index is; `origin` says so. Hours are taken for local time, as the network's
files tell them (verified: false).
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from dothi.sectors.doors.mqtt import Sample
from dothi.sectors.importing.city import City, Imported
from dothi.sectors.importing.rain import ZONE
from dothi.sectors.importing.rows import Sheet, Unusable, told
from dothi.sectors.models.origins import COMPUTED
from dothi.sectors.models.profiles import kinds

HOURLY: Final = "air_quality/hanoi_us_embassy_pm25_hourly_2015_2018.csv"
SOURCE: Final = "US Embassy Hanoi, public domain, by maiing/Hanoi-Air-Quality"
DEVICE: Final = "pm25-us-embassy"
LON, LAT = 105.8193, 21.0218
US_2012: Final = ((0, 0.0), (50, 12.0), (100, 35.4), (150, 55.4), (200, 150.4), (300, 250.4), (500, 500.4))
"""The US index and PM2.5 in µg/m³, where its parts end."""


def read(city: City, folder: Path) -> Imported:
    """Return the station and its valid hours."""
    sheet = Sheet(folder / HOURLY)
    samples = sheet.each(sheet.rows(), _sample)
    name = "Đại sứ quán Hoa Kỳ"
    kind = kinds()["air-station"].archive()
    station = city.station(kind, DEVICE, name, lon=LON, lat=LAT, name_en="US Embassy")
    origin = [Sample(samples[0].at, DEVICE, "origin", COMPUTED)] if samples else []
    return Imported([station], city.of([station], SOURCE), sorted([*samples, *origin], key=_order), sheet.bad)


def concentration(index: float) -> float:
    """Return PM2.5 in µg/m³ of a US index. Raises Unusable beyond its scale."""
    for (low, begin), (high, end) in pairwise(US_2012):
        if low <= index <= high:
            return round(begin + (index - low) / (high - low) * (end - begin), 1)
    raise Unusable(f"the index {index:g} is beyond its scale")


def _sample(row: Mapping[str, str]) -> Sample:
    if row["qc_name"] != "Valid" or row["aqi"] in ("NA", ""):
        raise Unusable(f"the hour is {row['qc_name'].lower()}, its index {row['aqi'] or 'empty'}")
    at = datetime.fromisoformat(told(row, "date")).replace(tzinfo=ZONE)
    return Sample(at, DEVICE, "pm25", concentration(float(row["aqi"])))


def _order(one: Sample) -> tuple[datetime, str]:
    return one.at, one.name
