"""What is said of a device, what an act hands back, and the rows of the queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

DeviceId = NewType("DeviceId", str)


class State(StrEnum):
    """
    How a device stands: not yet claimed, without a reading, heard of, heard of with something against its
    last readings, not for too long, or shut out.
    """

    WAITING = "waiting"
    NEW = "new"
    HEARD = "heard"
    DOUBTFUL = "doubtful"
    SILENT = "silent"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an official says of a device. `lon` and `lat` in degrees (EPSG:4326), both or neither."""

    profile: str
    name_vi: str = ""
    name_en: str = ""
    lon: float | None = None
    lat: float | None = None
    ward_code: str = ""
    group: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """
    A device in its box. `claim_code` stands on it, normalized; empty: the register makes one (`made_code`).

    `token_hash` is the SHA-256 of the token that the maker put into it; None: it gets one at the claim.
    """

    id: DeviceId
    facts: Facts
    claim_code: str = ""
    token_hash: bytes | None = None
    made_code: str = ""
    line: int = 1
    """Where it stands in its file, to name it by when it is refused."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one box: `claim_code` only where this act made it; it is kept nowhere."""

    id: DeviceId
    new: bool
    claim_code: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A device and the token that it is to use; empty where it brought its own. It is kept nowhere."""

    id: DeviceId
    token: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """Which attribute of which entity of the live context a measure is."""

    measure: str
    entity_id: str
    entity_type: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A device that an import brings: `token_hash` of the token that plays it, `twins` of its measures."""

    id: DeviceId
    facts: Facts
    token_hash: bytes
    twins: Sequence[Twin] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of device as an import declares it.

    `measures` is JSON as telemetry.profile keeps it, `late_s` how late a reading may come.
    """

    name: str
    name_vi: str
    name_en: str
    measures: str
    time_path: str
    late_s: int


@dataclass(frozen=True, slots=True)
class Origin:
    """
    What an import is: of what, ordered by whom, from which files, and how much they hold.

    `operator` is the account of the machine; `files` have the SHA-256 (hex) of each by its name; `holds` how
    many of each.
    """

    program: str
    operator: str
    files: Mapping[str, str]
    holds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """
    A device of a list. `seen_at` is the instant of its latest reading, `findings` how many of the last day.

    `interval_s` is the longest of its profile's intervals; None where no measure has one.
    """

    id: DeviceId
    facts: Facts
    owner: str
    state: State
    claim_until: datetime | None
    seen_at: datetime | None
    interval_s: float | None
    findings: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a profile measures: name and unit (SenML), how often, and between which limits; None: not told."""

    name: str
    unit: str = ""
    interval_s: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of device."""

    name: str
    name_vi: str
    name_en: str
    measures: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Value:
    """A reading: number or words; `flags` as telemetry's bit set, 0 where nothing speaks against it."""

    measure: str
    at: datetime
    value: float | None
    words: str | None
    flags: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a device did and should not have."""

    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """All that the page of a device shows: the readings of its last hour, newest first, and findings."""

    row: DeviceRow
    profile: Profile
    has_token: bool
    has_certificate: bool
    old_token_until: datetime | None
    created_at: datetime
    revoked_at: datetime | None
    readings: Sequence[Value]
    findings: Sequence[Found]
    twins: Sequence[Twin]


@dataclass(frozen=True, slots=True)
class Hold:
    """Days (UTC, both included) of which no reading is deleted, and by whose order, until it is lifted."""

    number: int
    first: date
    last: date
    reason: str
    made_by: str
    made_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Keeping:
    """A run of the policy: steps taken, steps that a hold forbade, and which failed and why."""

    begun_at: datetime
    ended_at: datetime | None
    steps: int
    held: int
    failures: Sequence[str]
