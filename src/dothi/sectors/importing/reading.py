"""Each kind of import by its name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from dothi.sectors.importing import air, health, mobility, rain, storm, territory
from dothi.sectors.importing.city import City, Imported
from dothi.sectors.importing.rows import Bad
from dothi.sectors.models.checking import complaints

LATER: Final = ("location", "dateObserved")
"""What a model requires and a station may lack until it is placed and measures."""
Read = Callable[[City, Path], Imported]
KINDS: Final[Mapping[str, Read]] = {
    "wards": lambda city, _: territory.read(city),
    "storm": storm.stations,
    "rain": rain.read,
    "air": air.read,
    "stops": mobility.read_stops,
    "routes": mobility.read_routes,
    "hospitals": health.read,
}


def read(kind: str, city: City, folder: Path) -> Imported:
    """
    Return what a folder says of a kind, entities that are none of their model left out as bad rows.

    Raises KeyError for a kind that is none, NoSuchData.
    """
    found = KINDS[kind](city, folder)
    wrong = {one["id"]: told for one in found.entities if (told := complaints(one, without=LATER))}
    found.bad += [Bad(entity_id, 0, "; ".join(told)) for entity_id, told in wrong.items()]
    found.entities = [one for one in found.entities if one["id"] not in wrong]
    return found
