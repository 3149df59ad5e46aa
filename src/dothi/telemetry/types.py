"""Devices, what they measure, and what becomes of what they send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True)
class Measure:
    """
    One thing that a profile measures.

    `unit` is SenML's (RFC 8428, section 12.1), "" where there is none; `path` leads to the value in plain
    JSON, levels with dots between.
    """

    name: str
    unit: str = ""
    path: str = ""


@dataclass(frozen=True)
class Profile:
    """What devices of one kind measure; `time_path` leads to the instant in plain JSON."""

    name: str
    measures: Mapping[str, Measure]
    time_path: str = ""


@dataclass(frozen=True)
class Device:
    """A device that may publish. `token_hash` is the SHA-256 of a token of at least 128 random bits."""

    id: str
    token_hash: bytes
    profile: Profile


class Reading(NamedTuple):
    """One value of one series; `at_us` in microseconds since 1970. Either a number or words."""

    series: str
    at_us: int
    value: float | None
    words: str | None = None


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
