"""Devices, what they measure, and what becomes of what they send."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag, StrEnum
from typing import Final, NamedTuple


class Flag(IntFlag):
    """What speaks against a reading; kept with it. 0: nothing does."""

    RANGE = 1
    STEP = 2
    STUCK = 4
    GAP = 8
    SKEW = 16
    NEIGHBOR = 32


REJECTED: Final = Flag.RANGE | Flag.SKEW
"""A reading with one of these is kept, and is no value. `telemetry.rejected()` says the same in SQL."""


@dataclass(frozen=True)
class Measure:
    """
    One thing that a profile measures, and what is believable of it; None asks nothing.

    `unit` is SenML's (RFC 8428, section 12.1), "" where there is none; `path` leads to the value in plain
    JSON, levels with dots between. `interval_s` is how often it comes. Below `low` or above `high` is no
    value. More than `step` from the value before, not longer than `gap_s` ago, is a step; the same value for
    `stuck_s` is stuck, unless it is `rest`; after more than `gap_s` (three intervals, where it is not told)
    there was a gap; more than `near` from the median of three or more neighbors within `near_m` meters
    disagrees with them.
    """

    name: str
    unit: str = ""
    path: str = ""
    interval_s: float | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    stuck_s: float | None = None
    rest: float | None = None
    gap_s: float | None = None
    near: float | None = None
    near_m: float | None = None


LARGEST: Final = 2.0**53
"""No thing measures more. Beyond it floats skip whole numbers; sums and others' JSON overflow in the end."""
LATE_S: Final = 31 * 86_400


@dataclass(frozen=True)
class Profile:
    """
    What devices of one kind measure, and how they say it.

    `time_path` leads to the instant in plain JSON. `late_s`: how many seconds ago the instant of a reading
    may be. `form` is the form of payloads, "" for SenML or plain JSON.
    """

    name: str
    measures: Mapping[str, Measure]
    time_path: str = ""
    late_s: int = LATE_S
    form: str = ""


@dataclass(frozen=True)
class Device:
    """
    A device that may publish. `token_hash` is the SHA-256 of a token of at least 128 random bits.

    After a rotation `old_token_hash` is taken as well, until `old_token_until`; `certificate_hash` is the
    SHA-256 of its certificate. `lon` and `lat` in degrees (EPSG:4326), where they are known. `owner` is the
    code of the unit that answers for it.
    """

    id: str
    token_hash: bytes | None
    profile: Profile
    old_token_hash: bytes | None = None
    old_token_until: datetime | None = None
    certificate_hash: bytes | None = None
    lon: float | None = None
    lat: float | None = None
    group: str = ""
    owner: str = ""


class Reading(NamedTuple):
    """One value of one series; `at_us` in microseconds since 1970. Either a number or words."""

    series: str
    at_us: int
    value: float | None
    words: str | None = None


@dataclass(slots=True)
class Readings:
    """
    Readings of one message as columns of one length: what is measured, microseconds since 1970, and numbers.

    Where one has words, its number is NaN and the words stand under its place.
    """

    series: list[str]
    at_us: list[int]
    values: list[float]
    words: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> "Readings":
        """Return readings as columns."""
        return cls(
            [one.series for one in readings], [one.at_us for one in readings],
            [math.nan if one.value is None else one.value for one in readings],
            {place: one.words for place, one in enumerate(readings) if one.words is not None},
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.series)

    def __iter__(self) -> Iterator[Reading]:
        for place, (series, at_us, value) in enumerate(
            zip(self.series, self.at_us, self.values, strict=True)
        ):
            words = self.words.get(place)
            yield Reading(series, at_us, value if words is None else None, words)


class FindingKind(StrEnum):
    """What a device did that it should not have."""

    FOREIGN_TOPIC = "foreign-topic"
    MALFORMED = "malformed"
    UNMEASURED = "unmeasured"
    UNIT = "unit"
    CLOCK = "clock"


@dataclass(frozen=True)
class Finding:
    """Something wrong with a message; `payload` is what came."""

    device: str
    kind: FindingKind
    topic: str
    payload: bytes
    detail: str
    at: datetime


class Refused(Exception):
    """A message that is not taken as readings; it becomes a finding."""

    def __init__(self, kind: FindingKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
