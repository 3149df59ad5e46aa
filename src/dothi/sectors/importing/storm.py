"""
The storm of 29 September to 1 October 2025 as bulletins told it, from `rain_flood`.

Rain is a sum for each ward at four instants; levels are single values at seven; flooded points were flooded
still, or drained, at one. What lies between is not in the files: `playing` spreads it, and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from dothi.kernel import text
from dothi.sectors.doors.registry import REPLAYED, Station
from dothi.sectors.importing import streets
from dothi.sectors.importing.city import City, Entity, Imported
from dothi.sectors.importing.mobility import STOP_FILES
from dothi.sectors.importing.places import key
from dothi.sectors.importing.rain import ZONE
from dothi.sectors.importing.rows import Bad, Sheet, Unusable, told
from dothi.sectors.importing.streets import Streets
from dothi.sectors.models import said, table
from dothi.sectors.models.profiles import Kind, kinds

RAIN: Final = "rain_flood/bualoi_2025_rain_by_ward.csv"
LEVELS: Final = "rain_flood/bualoi_2025_river_lake_levels.csv"
FLOODS: Final = "rain_flood/bualoi_2025_flood_points.csv"
FILES: Final = (RAIN, LEVELS, FLOODS, STOP_FILES[0])
SOURCE: Final = "Thoát nước Hà Nội, bulletins of 29 September to 1 October 2025, by reiwav/thoatnuochanoi"


def _at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=ZONE)


BEGIN: Final = _at(29, 0)
SECOND_DAY: Final = _at(30, 0)
FLOODS_TOLD: Final = _at(1, 13, month=10)
FLOODS_FROM: Final = _at(30, 14, 30)
"""No bulletin says since when a point was flooded: it is taken to be since the first one of the worst day."""
END: Final = FLOODS_TOLD
FIRST_DAY: Final = "mm_2025-09-29"
SUMS: Final[Mapping[str, datetime]] = {
    "mm_2025-09-30_to_14h30": _at(30, 14, 30), "mm_2025-09-30_to_16h00": _at(30, 16),
    "mm_to_2025-10-01_06h00": _at(1, 6, month=10),
}  # fmt: skip
"""Rain since the beginning of 30 September, as bulletins summed it up."""


@dataclass(frozen=True)
class Told:
    """What is known of a station: values at instants; sums of rain since BEGIN in mm, or levels in m."""

    station: Station
    values: Sequence[tuple[datetime, float]]


@dataclass
class Storm:
    """Rain by ward, levels, and flooded points: 1 for one that is flooded, 0 once it is drained."""

    rain: list[Told] = field(default_factory=list)
    levels: list[Told] = field(default_factory=list)
    floods: list[Told] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)

    @property
    def stations(self) -> list[Station]:
        """Return every station."""
        return [one.station for one in (*self.rain, *self.levels, *self.floods)]


def read(city: City, folder: Path, *, archive: bool = False) -> Storm:
    """
    Return the storm.

    `archive` enters its stations as ones that tell of the past, for a replay at the instants of 2025.
    """
    sheets = [Sheet(folder / name) for name in (RAIN, LEVELS, FLOODS)]
    of = {name: one.archive() if archive else one for name, one in kinds().items()}
    storm = Storm(
        _rain(city, sheets[0], of["rain-gauge"]),
        _levels(city, sheets[1], of["level-gauge"]),
        _floods(city, sheets[2], of["flood-point"], Streets.read(folder)),
    )
    storm.bad = [one for sheet in sheets for one in sheet.bad]
    return storm


def stations(city: City, folder: Path) -> Imported:
    """Return the storm's stations and entities, as ones that tell of the past; a replay tells values."""
    storm = read(city, folder, archive=True)
    return Imported(storm.stations, entities(city, storm), bad=storm.bad)


def entities(city: City, storm: Storm) -> list[Entity]:
    """Return the entities of the storm's stations and devices; of a flooded point also how it was placed."""
    placed = {one.station.entity_id for one in storm.floods if one.station.lon is not None}
    return [
        {**one, "locationSource": said(streets.SOURCE)} if one["id"] in placed else one
        for one in city.of(storm.stations, SOURCE)
    ]


def _rain(city: City, sheet: Sheet, kind: Kind) -> list[Told]:
    known: set[str] = set()

    def use(row: Mapping[str, str]) -> Told:
        ward = city.gazetteer.ward(told(row, "ward"))
        if ward.code in known:
            raise Unusable(f"{ward.name} was told before")
        sums = [(at, float(row[column])) for column, at in SUMS.items() if row[column]]
        first = float(told(row, FIRST_DAY)) if row[FIRST_DAY] else None
        if first is None or not sums:
            raise Unusable(f"{ward.name} has no rain for {FIRST_DAY}: sums of it cannot be told apart")
        known.add(ward.code)
        values = [(BEGIN, 0.0), (SECOND_DAY, first), *((at, round(first + mm, 2)) for at, mm in sums)]
        station = city.station(
            kind, f"rain-{ward.code}", f"Đo mưa {ward.name}", name_en=f"Rain at {ward.english}", ward=ward,
            group=REPLAYED,
        )  # fmt: skip
        return Told(station, values)

    return list(sheet.each(sheet.rows(), use))


def _levels(city: City, sheet: Sheet, kind: Kind) -> list[Told]:
    gauges = {key(row["name"]): row for row in table("water", "gauges.csv")}
    found: dict[str, list[tuple[datetime, float]]] = {}

    def use(row: Mapping[str, str]) -> None:
        name = key(told(row, "station"))
        if name not in gauges:
            raise Unusable(f"no gauge bears the name {row['station']!r}")
        at = datetime.fromisoformat(told(row, "time_local")).replace(tzinfo=ZONE)
        found.setdefault(name, []).append((at, float(told(row, "level_m"))))

    sheet.each(sheet.rows(), use)
    return [
        Told(_gauge(city, gauges[name], kind, REPLAYED), sorted(values)) for name, values in found.items()
    ]


def _gauge(city: City, row: Mapping[str, str], kind: Kind, group: str) -> Station:
    lon, lat = (float(row[one]) if row[one] else None for one in ("lon", "lat"))
    return city.station(kind, row["id"], row["name"], lon=lon, lat=lat, group=group, name_en=row["name_en"])


def gauges(city: City, kind: Kind, group: str) -> list[Station]:
    """Return every gauge of `water/gauges.csv` as a station."""
    return [_gauge(city, row, kind, group) for row in table("water", "gauges.csv")]


def _floods(city: City, sheet: Sheet, kind: Kind, known: Streets) -> list[Told]:
    def use(row: Mapping[str, str]) -> Told:
        place = text.nfc(told(row, "place"))
        at = known.find(place)
        number = int(told(row, "no"))
        lon, lat = at or (None, None)
        station = city.station(kind, f"flood-{number:03}", place, lon=lon, lat=lat, group=REPLAYED)
        after = 1.0 if told(row, "status").startswith("still_flooded") else 0.0
        return Told(station, [(FLOODS_FROM, 1.0), (FLOODS_TOLD, after)])

    return list(sheet.each(sheet.rows(), use))
