"""Each kind of import by its name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from dothi.sectors.importing import air, health, mobility, rain, storm, territory
from dothi.sectors.importing.city import City, Imported
from dothi.sectors.importing.rows import Bad, digests
from dothi.sectors.models.checking import complaints

LATER: Final = ("location", "dateObserved")
"""What a model requires and a station may lack until it is placed and measures."""
Read = Callable[[City, Path], Imported]


class Reader(NamedTuple):
    """What reads a kind of import, and from which files of a folder, as far as they are there."""

    read: Read
    files: tuple[str, ...]


KINDS: Final[Mapping[str, Reader]] = {
    "wards": Reader(lambda city, _: territory.read(city), territory.FILES),
    "storm": Reader(storm.stations, storm.FILES),
    "rain": Reader(rain.read, (rain.DAILY,)),
    "air": Reader(air.read, (air.HOURLY,)),
    "stops": Reader(mobility.read_stops, mobility.STOP_FILES),
    "routes": Reader(mobility.read_routes, (*mobility.ROUTE_FILES, *mobility.STOP_FILES)),
    "hospitals": Reader(health.read, (health.HOSPITALS,)),
}


def read(kind: str, city: City, folder: Path) -> Imported:
    """
    Return what a folder says of a kind, entities that are none of their model left out as bad rows.

    Raises KeyError for a kind that is none, NoSuchData.
    """
    reader = KINDS[kind]
    found = reader.read(city, folder)
    found.program, found.files = f"import {kind}", digests(folder, reader.files)
    wrong = {one["id"]: told for one in found.entities if (told := complaints(one, without=LATER))}
    found.bad += [Bad(entity_id, 0, "; ".join(told)) for entity_id, told in wrong.items()]
    found.entities = [one for one in found.entities if one["id"] not in wrong]
    return found
