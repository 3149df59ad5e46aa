"""
The legal clock of a dossier: when the answer is due, why then, and who is holding it up.

    types        the rule as data, what happens to a dossier, what the clock shows
    errors       what a rule does not allow
    axis         working days, working hours and calendar days as one line of whole numbers
    order        which event may follow in which state
    fold         `read`: events in, reading out
    explanation  `explain`: the steps in words for everyone

Law: Decree 61/2018/ND-CP, art. 17 to 20 (received, forwarded, supplemented, late); Civil Code 2015,
art. 145 to 148 (how time limits are counted). Rules carry their own source and `verified` mark.
"""

from dothi.kernel.clock.errors import (
    EventOutOfPlace,
    ExtensionRefused,
    PauseWithoutGround,
    RuleInvalid,
    SegmentUnknown,
    SupplementRefused,
)
from dothi.kernel.clock.explanation import Explanation, explain, in_words
from dothi.kernel.clock.fold import read
from dothi.kernel.clock.types import (
    Amount,
    ClockEvent,
    ClockEventKind,
    ClockReading,
    ClockRule,
    ClockState,
    ExtensionRule,
    PauseGround,
    SegmentReading,
    SegmentRule,
    Step,
    StepKind,
    TacitEffect,
    Unit,
)

__all__ = [
    "Amount",
    "ClockEvent",
    "ClockEventKind",
    "ClockReading",
    "ClockRule",
    "ClockState",
    "EventOutOfPlace",
    "Explanation",
    "ExtensionRefused",
    "ExtensionRule",
    "PauseGround",
    "PauseWithoutGround",
    "RuleInvalid",
    "SegmentReading",
    "SegmentRule",
    "SegmentUnknown",
    "Step",
    "StepKind",
    "SupplementRefused",
    "TacitEffect",
    "Unit",
    "explain",
    "in_words",
    "read",
]
