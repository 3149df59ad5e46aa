"""What the incidents room is asked with and what it answers. Places: degrees, EPSG:4326, longitude first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dothi.foundation.identity.authority import Actor
from dothi.kernel.ids import UnitId, new_id

IncidentId = NewType("IncidentId", UUID)
ResponseUnitId = NewType("ResponseUnitId", UUID)
WarningId = NewType("WarningId", UUID)


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    UNDER_WAY = "under-way"
    STABILIZED = "stabilized"
    CLOSED = "closed"


class Origin(StrEnum):
    """How the center learned of an incident."""

    ALERT = "alert"
    CALL = "call"
    REPORT = "report"


class EntryKind(StrEnum):
    """What one line of the timeline tells."""

    OPENED = "opened"
    ALERT_JOINED = "alert-joined"
    CALL_JOINED = "call-joined"
    REPORT_JOINED = "report-joined"
    NOTED = "noted"
    ASSESSED = "assessed"
    UNIT_SENT = "unit-sent"
    UNIT_ARRIVED = "unit-arrived"
    UNIT_CLEARED = "unit-cleared"
    RUNBOOK_STARTED = "runbook-started"
    STEP_DONE = "step-done"
    STEP_UNMET = "step-unmet"
    ROADS_CLOSED = "roads-closed"
    WARNING_ISSUED = "warning-issued"
    ASSIGNMENT_GIVEN = "assignment-given"
    ASSIGNMENT_ACCEPTED = "assignment-accepted"
    ASSIGNMENT_DONE = "assignment-done"
    ASSIGNMENT_WITHDRAWN = "assignment-withdrawn"
    STABILIZED = "stabilized"
    MERGED = "merged"
    CLOSED = "closed"


class UnitState(StrEnum):
    """What a response unit does."""

    AVAILABLE = "available"
    SENT = "sent"
    ON_SCENE = "on-scene"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees, EPSG:4326, longitude first, and the code of the ward in which it lies."""

    lon: float
    lat: float
    ward_code: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call of an act on an incident: on which, by whom, at which aware instant.

    `key` makes it safe to retry: the same key is the same act. `occurred_at` is when it happened in
    the world, where that was earlier than `at`. `seen` is the revision that the actor was looking at,
    None where nobody was. `note` names no person: the timeline is read by everyone on the shift.
    """

    incident_id: IncidentId
    actor: Actor
    at: datetime
    key: UUID = field(default_factory=new_id)
    note: str = ""
    occurred_at: datetime | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is known when an incident is opened; `alerts` are those that it is opened from."""

    type: str
    severity: str
    place: Place
    title: str
    origin: Origin
    alerts: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the incident stands after the act. `entry_id` is the act's entry in ledger and timeline."""

    incident_id: IncidentId
    code: str
    state: State
    revision: int
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as it stood, or as it was known to stand, at an instant."""

    id: IncidentId
    code: str
    type: str
    severity: str
    state: State
    title: str
    place: Place
    origin: Origin
    unit_id: UnitId
    opened_at: datetime
    changed_at: datetime
    """When its last line happened, of those that count at the instant."""
    merged_into: IncidentId | None
    revision: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of a timeline. `facts` hold what it tells beside its columns: names, measures, reasons."""

    id: UUID
    number: int
    kind: EntryKind
    occurred_at: datetime
    recorded_at: datetime
    state: State | None
    severity: str
    post_id: UUID | None
    response_unit_id: ResponseUnitId | None
    alert_id: UUID | None
    warning_id: UUID | None
    note: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """
    A response unit at an instant. `place` is where it was last seen, its home where it never was;
    `age_s` how old that is, None for the home; `stale` whether it is older than its kind allows, or whether
    a `device` should tell where it is and never did.
    """

    id: ResponseUnitId
    kind: str
    call_sign: str
    name_vi: str
    name_en: str
    place: Place
    seen_at: datetime | None
    age_s: float | None
    stale: bool
    state: UnitState
    incident_id: IncidentId | None
    on_shift: bool
    device: str = ""
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a timeline with the incident that it belongs to."""

    id: UUID
    kind: EntryKind
    occurred_at: datetime
    recorded_at: datetime
    note: str
    facts: Mapping[str, object]
    incident_id: IncidentId
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a response unit did from an instant on; for which incident, where it was for one."""

    id: UUID
    call_sign: str
    state: UnitState
    occurred_at: datetime
    recorded_at: datetime
    incident_id: IncidentId | None
    code: str


@dataclass(frozen=True, slots=True)
class Warned:
    """An act on a public warning of a unit, by name; `status` as in CAP, the headline in both languages."""

    id: UUID
    warning_id: WarningId
    unit_id: UnitId
    status: str
    act: str
    at: datetime
    headline_vi: str
    headline_en: str


class Measure(StrEnum):
    """By what the nearest one was chosen."""

    ROAD_TIME = "road-time"
    DISTANCE = "distance"


class Over(StrEnum):
    """Why a unit was passed over."""

    WRONG_KIND = "wrong-kind"
    OFF = "off"
    OFF_SHIFT = "off-shift"
    BUSY = "busy"
    STALE = "stale"
    FARTHER = "farther"
    NO_WAY = "no-way"


class Without(StrEnum):
    """Why no way by road can be said."""

    NO_GRAPH = "no-graph"
    OFF_ROAD = "off-road"


@dataclass(frozen=True, slots=True)
class Weighed:
    """
    One unit as it was weighed for a place. `distance_m` as the crow flies.

    `seconds` are those by road, or, where `measure` is the distance, an estimate; None where there is no
    graph or no way. `over` is why it was passed over, None for the one chosen.
    """

    unit: UnitRow
    distance_m: float
    seconds: float | None
    measure: Measure
    over: Over | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """
    The nearest fitting unit, None where none fits, by which measure, and every unit as it was weighed.

    `without` is why it is not by road.
    """

    chosen: Weighed | None
    measure: Measure
    weighed: tuple[Weighed, ...]
    at: datetime
    without: Without | None = None
