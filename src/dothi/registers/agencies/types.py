"""Types of the agencies register: kinds, and the rows that its queries return."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from dothi.kernel.ids import PostId, UnitId


class UnitKind(StrEnum):
    """What a unit is under the two-tier organization of local government."""

    CITY = "city"
    DEPARTMENT = "department"
    WARD = "ward"
    DESK = "desk"


class AreaLevel(StrEnum):
    """What an area is. Townships and districts ended on 1 July 2025."""

    CITY = "city"
    DISTRICT = "district"
    WARD = "ward"
    COMMUNE = "commune"
    TOWNSHIP = "township"


class Relation(StrEnum):
    """How much of an old ward's land went to one successor."""

    WHOLE = "whole"
    PART = "part"


class Residents(StrEnum):
    """How many of an old ward's residents went with that land."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class Standing(StrEnum):
    """Whether a day is ordered, or only proposed: the clock counts ordered days alone."""

    ORDERED = "ordered"
    PROPOSED = "proposed"


class HoursPurpose(StrEnum):
    """Hours in which the legal clock runs, and hours in which the counter is open."""

    CLOCK = "clock"
    RECEPTION = "reception"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages of the node."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it stood on a day. `area_code` is the code of the area that it answers for."""

    id: UnitId
    kind: UnitKind
    code: str
    name: Name
    parent_id: UnitId | None
    area_code: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as it stood on a day, and the name of its unit."""

    id: PostId
    title: Name
    unit: Name


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as it stood on a day. One code may name another area at another time."""

    id: UUID
    code: str
    level: AreaLevel
    name: Name
    parent_code: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """An area to which an old one led, or from which a new one came: how much land, how many people."""

    area: AreaRow
    relation: Relation
    residents: Residents


@dataclass(frozen=True, slots=True)
class Resolution:
    """
    What became of an area (or where it came from) on another day: all places, never a silent pick.

    `places` are ordered: all residents, then some, then none; then by the order of names.
    """

    asked: AreaRow
    on: date
    places: tuple[Place, ...]

    @property
    def certain(self) -> AreaRow | None:
        """The one place where every address went, or None: then a person or a point must choose."""
        return self.places[0].area if len(self.places) == 1 else None

    @property
    def certain_for_residents(self) -> AreaRow | None:
        """The one place where every resident's address went; None: then a person must choose."""
        whole = [place.area for place in self.places if place.residents is Residents.ALL]
        return whole[0] if len(whole) == 1 else None


@dataclass(frozen=True, slots=True)
class AreaHit:
    """
    An area of the day found by words: by its own name, or by that of an area that led to it.

    `matched` is what bears the name; `place` says how much of it lies in `area`.
    """

    area: AreaRow
    matched: AreaRow
    place: Place
