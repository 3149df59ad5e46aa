"""Types of the agencies register: kinds, and the rows that its queries return."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from dothi.kernel.ids import UnitId


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


class DayKind(StrEnum):
    """Why a day is not the working or free day that its weekday says."""

    OFF = "off"
    WORKING = "working"
    CLOSING = "closing"


class Standing(StrEnum):
    """Whether a day is ordered, or only proposed: the clock counts ordered days alone."""

    ORDERED = "ordered"
    PROPOSED = "proposed"


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
class AreaRow:
    """An area as it stood on a day. One code may name another area at another time."""

    id: UUID
    code: str
    level: AreaLevel
    name: Name
    parent_code: str | None
    valid_from: date
    valid_to: date | None
