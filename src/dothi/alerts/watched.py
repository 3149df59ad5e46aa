"""What is watched and by which rules: versions at work, things, and instants as the engine counts them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dothi.alerts.engine.rule import Rule
from dothi.alerts.types import Place, RuleId
from dothi.kernel.documents.types import Text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALL = "*"
"""The thing of what is about several at once."""


@dataclass(frozen=True, slots=True)
class Watching:
    """A version of a rule at work: which, who answers for it, live or in shadow."""

    id: RuleId
    rule: Rule
    unit_id: UUID
    live: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that rules look at: a device, what people call it, where it is, what rules choose it by."""

    id: str
    name: Text
    place: Place
    profile: str = ""
    group: str = ""


def unknown(thing: str) -> Thing:
    """Return a thing of which nothing is known any more."""
    return Thing(thing, Text(thing, thing), Place())


def instant(at_us: int) -> datetime:
    """Return microseconds since 1970 as an aware instant, exactly."""
    return EPOCH + timedelta(microseconds=at_us)


def microseconds(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)
