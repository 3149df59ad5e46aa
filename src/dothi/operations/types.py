"""What a situation is made of: plain rows, texts in both languages, places in EPSG:4326 (lon, lat)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from dothi.alerts.types import AlertRow
from dothi.incidents.assignments.types import AssignmentRow
from dothi.incidents.types import IncidentRow, UnitRow
from dothi.incidents.warning_types import WarningRow


class Level(StrEnum):
    """How far something is from how it should be. A level that is not known is not calm."""

    UNKNOWN = "unknown"
    CALM = "calm"
    RAISED = "raised"
    HIGH = "high"

    @property
    def weight(self) -> int:
        """Return how much it asks for attention, more is worse."""
        return _WEIGHTS[self]


_WEIGHTS: Mapping[Level, int] = {Level.UNKNOWN: 0, Level.CALM: 1, Level.RAISED: 2, Level.HIGH: 3}


class Text(NamedTuple):
    """A text of the data, in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is; a place without a position has no `lon` and `lat`."""

    name: Text
    lon: float | None = None
    lat: float | None = None
    ward_code: str = ""


class Thing(NamedTuple):
    """
    What a series is: a `measure` of a `device`, in `unit` (SenML's), at a place.

    `indicator` names the figure that it belongs to, empty for none; older than `patience_s` its value is old.
    """

    series: int
    device: str
    measure: str
    group: str
    unit: str
    place: Place
    indicator: str
    patience_s: float


class Measured(NamedTuple):
    """The latest value of one series, observed at `at`; `flags` are those of the reading's quality."""

    thing: Thing
    value: float
    at: datetime
    flags: int = 0
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One of the at most seven figures of the screen.

    `value` is None where nothing is known. `target` is what it should not reach, `of` where or of what it
    is the worst, `source` where it comes from, `at` when that was observed.
    """

    name: str
    value: float | None
    unit: str
    level: Level
    target: float | None = None
    of: Text | None = None
    source: str = ""
    at: datetime | None = None
    stale: bool = False
    series: int | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward and the rain that fell there in mm; `value` is None where no gauge of it told."""

    code: str
    name: Text
    value: float | None = None
    level: Level = Level.UNKNOWN
    at: datetime | None = None
    stale: bool = False


class Kind(StrEnum):
    """What a point on the map is."""

    SENSOR = "sensor"
    WATER = "water"
    FLOOD = "flood"
    HOSPITAL = "hospital"
    INCIDENT = "incident"
    UNIT = "unit"


class Point(NamedTuple):
    """One point of the map, which also stands in the map's list."""

    id: str
    kind: Kind
    place: Place
    level: Level = Level.UNKNOWN
    value: float | None = None
    unit: str = ""
    at: datetime | None = None
    stale: bool = False
    key: UUID | None = None
    """Of the incident or unit that it is."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The city at `at`, of what was known by `known_at`; None is all that is known now."""

    at: datetime
    known_at: datetime | None
    figures: Sequence[Figure]
    wards: Sequence[Ward]
    points: Sequence[Point]
    series: Sequence[Measured] = ()
    alerts: Sequence[AlertRow] = ()
    """All that nobody has closed, the gravest first."""
    incidents: Sequence[IncidentRow] = ()
    units: Sequence[UnitRow] = ()
    warnings: Sequence[WarningRow] = ()
    """In force, exercises and tests too."""
    assignments: Sequence[AssignmentRow] = ()
    """What agencies were asked and have not done, by deadline."""
    generated: bool = False
    """Whether the readings come from a generator instead of the city."""
