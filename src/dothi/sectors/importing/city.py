"""What an import gives, and what it needs to know of the city: its node and its wards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import shapely
from shapely import Point, STRtree
from shapely.geometry import shape

from dothi.sectors.doors.mqtt import Sample
from dothi.sectors.doors.registry import Station
from dothi.sectors.importing.places import Gazetteer
from dothi.sectors.importing.rows import Bad
from dothi.sectors.models import entity_id, models, point, related, said
from dothi.sectors.models.profiles import Kind
from dothi.sectors.territory.wards import Ward

Entity = Mapping[str, Any]


@dataclass
class Imported:
    """
    Stations to enter, entities to keep, samples to tell, and the rows that are left out.

    `program` says of what, `files` have the SHA-256 of what was read, by name.
    """

    stations: list[Station] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    program: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> Mapping[str, int]:
        """Return how many there are of each."""
        return {
            "devices": len(self.stations), "entities": len(self.entities), "readings": len(self.samples),
            "left_out": len(self.bad),
        }  # fmt: skip


@dataclass(frozen=True)
class City:
    """The node that ids are of, and its wards."""

    node: str
    wards: Sequence[Ward]

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Return what finds wards by their names."""
        return Gazetteer(self.wards)

    def id(self, entity_type: str, name: str) -> str:
        """Return the id of an entity of this node."""
        return entity_id(entity_type, self.node, name)

    def ward_at(self, lon: float, lat: float) -> Ward | None:
        """Return the ward in which a place lies."""
        place = Point(lon, lat)
        found = [self.wards[number] for number in self._tree.query(place, predicate="intersects")]
        return found[0] if found else None

    @cached_property
    def _tree(self) -> STRtree:
        shapes = [shape(ward.shape) for ward in self.wards]
        shapely.prepare(shapes)
        return STRtree(shapes)

    def station(
        self, kind: Kind, device: str, name: str, *, lon: float | None = None, lat: float | None = None,
        ward: Ward | None = None, group: str = "", name_en: str = "",
    ) -> Station:  # fmt: skip
        """Return a device and the entity of its own that it observes, in `ward` where there is no place."""
        if lon is None and ward:
            lon, lat = ward.lon, ward.lat
        if ward is None and lon is not None and lat is not None:
            ward = self.ward_at(lon, lat)
        return Station(
            device, kind, name, self.id(kind.entity_type, device), lon, lat, ward.code if ward else "", group,
            name_en,
        )  # fmt: skip

    def observed(self, station: Station, source: str = "") -> Entity:
        """Return what is known of the entity of a station before it measures: name, place, ward, device."""
        told: dict[str, Any] = {
            "id": station.entity_id, "type": station.kind.entity_type, "name": said(station.name)
        }  # fmt: skip
        terms = models()[station.kind.entity_type].attributes
        if "refDevice" in terms:
            told["refDevice"] = related(self.id("Device", station.id))
        if station.lon is not None and station.lat is not None:
            told["location"] = point(station.lon, station.lat)
        if station.ward_code:
            told["inArea"] = related(self.id("AdministrativeArea", station.ward_code))
        return told | ({"source": said(source)} if source else {})

    def device(self, station: Station) -> Entity:
        """Return the device of a station as an entity."""
        told: dict[str, Any] = {
            "id": self.id("Device", station.id), "type": "Device", "name": said(station.name),
            "category": said(["sensor"]), "controlledProperty": said(sorted(station.kind.terms.values())),
            "serialNumber": said(station.id),
        }  # fmt: skip
        if station.lon is not None and station.lat is not None:
            told["location"] = point(station.lon, station.lat)
        return told

    def of(self, stations: Sequence[Station], source: str = "") -> list[Entity]:
        """Return the entities of stations: what each observes, and its device."""
        return [one for station in stations for one in (self.observed(station, source), self.device(station))]
