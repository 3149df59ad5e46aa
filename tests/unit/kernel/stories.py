"""One dossier of the tests, its rule, and words to tell what happens to it."""

from dataclasses import replace
from datetime import time

from dothi.kernel.clock import (
    Amount,
    ClockEvent,
    ClockEventKind,
    ClockReading,
    ClockRule,
    ExtensionRule,
    PauseGround,
    SegmentRule,
    Unit,
    read,
)
from tests.unit.kernel.calendars import CITY, at

Kind = ClockEventKind
DECREE_61 = "Decree 61/2018/ND-CP"
VERIFYING = PauseGround("verifying", {"vi": "Xác minh", "en": "Verification"}, DECREE_61)
RULE = ClockRule(
    term=Amount(5),
    source=DECREE_61,
    cutoff=time(15),
    pauses=(VERIFYING,),
    extension=ExtensionRule(DECREE_61, at_most=Amount(5)),
    supplements_at_most=1,
)
SEGMENTED = replace(
    RULE,
    segments=(
        SegmentRule("ward", {"vi": "Phường", "en": "Ward"}, Amount(2)),
        SegmentRule("police", {"vi": "Công an", "en": "Police"}, Amount(3)),
    ),
)
MINUTES = replace(RULE, term=Amount(40, Unit.WORKING_HOURS), extension=None)


def event(kind: Kind, local: str, **facts: object) -> ClockEvent:
    """An event at Hanoi's local time."""
    return ClockEvent(kind, at(local), **facts)  # type: ignore[arg-type]  # facts of the one kind


def paused(local: str) -> ClockEvent:
    """A pause with a lawful ground."""
    return event(Kind.PAUSED, local, ground="verifying")


def shown(*events: ClockEvent, rule: ClockRule = RULE, now: str | None = None) -> ClockReading:
    """The reading at `now`, or right after the last event."""
    return read(rule, CITY, events, at(now) if now else events[-1].at)


ACCEPTED = event(Kind.ACCEPTED, "2026-03-02 10:00")  # a Monday; due on Monday 9 March
