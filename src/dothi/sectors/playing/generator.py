"""
A city made up: rain of the monsoon, rivers, dust of the winter and the rush hours of working days.

Pure: a value is a function of the seed, the station and the instant, so that the same seed tells the same
again, from wherever it begins. Nothing of it was ever measured, and every station says so.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dothi.sectors.doors.mqtt import Sample
from dothi.sectors.doors.registry import GENERATED, Station
from dothi.sectors.importing import storm
from dothi.sectors.importing.city import City
from dothi.sectors.models import origins
from dothi.sectors.models.profiles import kinds

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
TICK: Final = timedelta(minutes=5)
EVERY: Final[Mapping[str, timedelta]] = {
    "rain-gauge": timedelta(minutes=10), "level-gauge": timedelta(minutes=10),
    "air-station": timedelta(hours=1), "traffic-counter": timedelta(minutes=5),
    "flood-point": timedelta(minutes=10),
}  # fmt: skip
RAIN_DAYS: Final = (0.10, 0.14, 0.16, 0.20, 0.40, 0.45, 0.50, 0.52, 0.42, 0.26, 0.16, 0.10)
"""How likely a quarter of a day brings a shower somewhere, January to December: a shape, no climate table."""
DUST: Final = (75, 62, 52, 45, 33, 26, 22, 25, 33, 46, 58, 70)
"""PM2.5 of an ordinary hour by month, µg/m³: a shape after the embassy's years."""
AIR_EVERY, TRAFFIC_EVERY, FLOOD_EVERY = 10, 6, 5
"""Of so many wards one has a station of dust, a traffic counter, a watched flooded point."""
KM: Final = 111.0


@dataclass(frozen=True)
class Generator:
    """A city of stations at its wards, for a seed."""

    city: City
    seed: int = 1

    @cached_property
    def stations(self) -> Sequence[Station]:
        """Return every station, by id."""
        kind, wards = kinds(), list(self.city.wards)
        make = [
            ("rain-gauge", "rain", "Đo mưa", "Rain at", wards),
            ("air-station", "pm25", "Bụi mịn", "Fine dust at", wards[::AIR_EVERY]),
            ("traffic-counter", "traffic", "Đếm xe", "Traffic at", wards[::TRAFFIC_EVERY]),
            ("flood-point", "flood", "Úng ngập", "Floods at", wards[::FLOOD_EVERY]),
        ]  # fmt: skip
        found = [
            self.city.station(
                kind[profile],
                f"{prefix}-{ward.code}",
                f"{vi} {ward.name}",
                name_en=f"{en} {ward.english}",
                ward=ward,
                group=GENERATED,
            )
            for profile, prefix, vi, en, several in make
            for ward in several
        ]
        return sorted(
            [*found, *storm.gauges(self.city, kind["level-gauge"], GENERATED)], key=lambda one: one.id
        )

    def samples(self, since: datetime) -> Iterator[Sample]:
        """Yield samples by instant, from `since` on, without end."""
        at = _floor(since, TICK)
        for one in self.stations:
            yield Sample(at, one.id, "origin", origins.GENERATED)
        while True:
            at += TICK
            for one in self.stations:
                if _floor(at, EVERY[one.kind.profile.name]) == at:
                    yield from self._of(one, at)

    def _of(self, station: Station, at: datetime) -> Iterator[Sample]:
        for name, value in VALUES[station.kind.profile.name](self, station, at.astimezone(ZONE)).items():
            yield Sample(at, station.id, name, value)

    def rain(self, station: Station, at: datetime) -> dict[str, float]:
        """Return mm of the ten minutes before: showers of this quarter of a day, and of the one before."""
        quarter = _floor(at, timedelta(hours=6))
        mm = sum(self._shower(station, at, quarter - timedelta(hours=6 * before)) for before in (0, 1))
        return {"rain": round(mm, 1)}

    def level(self, station: Station, at: datetime) -> dict[str, float]:
        """Return a level: the season, half-daily water, and some chance."""
        base = 4.0 if station.id == "level-hong-ha-noi" else 2.8
        season = math.sin((at.timetuple().tm_yday - 120) / 365 * 2 * math.pi)
        half_day = math.sin((at.hour + at.minute / 60) / 12.4 * 2 * math.pi)
        return {"level": round(base + 1.2 * season + 0.15 * half_day + 0.1 * self.slow(station.id, at), 2)}

    def dust(self, station: Station, at: datetime) -> dict[str, float]:
        """Return dust of the hour: more in winter, in the morning and in the evening."""
        day = 1 + 0.25 * _bell(at.hour, 7, 2.5) + 0.3 * _bell(at.hour, 20, 3.5)
        pm25 = max(
            3.0,
            DUST[at.month - 1] * day * (1 + 0.5 * self.slow("dust", at) + 0.15 * self.slow(station.id, at)),
        )
        return {"pm25": round(pm25, 1), "pm10": round(pm25 * 1.5, 1)}

    def traffic(self, station: Station, at: datetime) -> dict[str, float]:
        """Return speed and vehicles an hour: two rush hours on working days, one slow swell on others."""
        hour = at.hour + at.minute / 60
        busy = max(_bell(hour, 7.75, 1.1), _bell(hour, 17.75, 1.3))
        busy = busy if at.weekday() < 5 else 0.5 * _bell(hour, 16, 4)
        busy = min(1.0, busy * (0.8 + 0.3 * self.unit(station.id)) + 0.25 * _bell(hour, 12.5, 5))
        speed = 48 * (1 - 0.75 * busy) * (1 + 0.08 * self.slow(station.id, at))
        return {"speed": round(speed, 1), "intensity": float(round(150 + 2600 * busy))}

    def flood(self, station: Station, at: datetime) -> dict[str, float]:
        """Return depth and whether it is flooded: what fell in the last hour beyond 25 mm stands there."""
        fallen = sum(self.rain(station, at - timedelta(minutes=10 * number))["rain"] for number in range(6))
        depth = round(min(1.2, max(0.0, (fallen - 25) / 60)), 2)
        return {"depth": depth, "flooded": 1.0 if depth >= 0.1 else 0.0}

    def _shower(self, station: Station, at: datetime, quarter: datetime) -> float:
        """Return mm of ten minutes at a station, of the shower of a quarter of a day if there is one."""
        if station.lon is None or station.lat is None:
            return 0.0
        name = quarter.isoformat()
        if self.unit("shower", name) > RAIN_DAYS[quarter.month - 1]:
            return 0.0
        lon, lat = 105.45 + 0.5 * self.unit("lon", name), 20.75 + 0.5 * self.unit("lat", name)
        peak = quarter + timedelta(hours=6 * self.unit("peak", name))
        far_km = math.hypot((station.lon - lon) * KM * 0.93, (station.lat - lat) * KM)
        near = _bell(far_km, 0, 6 + 14 * self.unit("wide", name))
        now = _bell((at - peak) / timedelta(hours=1), 0, 0.4 + 1.2 * self.unit("long", name))
        mm = 25 * self.unit("hard", name) ** 2 * near * now
        return mm if mm >= 0.05 else 0.0

    def slow(self, name: str, at: datetime) -> float:
        """Return chance between -1 and 1 that changes over hours: lines between six-hourly points."""
        since = _floor(at, timedelta(hours=6))
        share = (at - since) / timedelta(hours=6)
        before = self.unit(name, since.isoformat())
        after = self.unit(name, (since + timedelta(hours=6)).isoformat())
        return 2 * (before + (after - before) * share) - 1

    def unit(self, *names: str) -> float:
        """Return chance between 0 and 1 that the seed and names decide."""
        return _unit(self.seed, names)


Values = Callable[[Generator, Station, datetime], dict[str, float]]
VALUES: Final[Mapping[str, Values]] = {
    "rain-gauge": Generator.rain, "level-gauge": Generator.level, "air-station": Generator.dust,
    "traffic-counter": Generator.traffic, "flood-point": Generator.flood,
}  # fmt: skip


@lru_cache(100_000)
def _unit(seed: int, names: tuple[str, ...]) -> float:
    told = hashlib.blake2b("\0".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(told) / 2**64


def _bell(value: float, middle: float, wide: float) -> float:
    return math.exp(-(((value - middle) / wide) ** 2) / 2)


def _floor(at: datetime, step: timedelta) -> datetime:
    """Return the last multiple of a step, counted from 1970 in UTC."""
    seconds = step / timedelta(seconds=1)
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, ZONE)
