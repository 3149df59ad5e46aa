"""Rules of this room without a database: who may do what with an alert, and what follows from an act."""

from collections.abc import Mapping
from datetime import timedelta
from math import sqrt

from dothi.alerts.types import OPEN, Act, Label, Precision, State
from dothi.foundation.identity.authority import ActRule, Duty, Kind

LONGEST_SNOOZE = timedelta(hours=24)
"""A snooze is for a shift, not for good: a rule that is wrong is to be mended, not silenced."""

TRIAL_WITHIN = timedelta(hours=6)
"""Three years of readings are tried in less; what takes longer has lost its job."""

PEOPLE = frozenset({Kind.OFFICIAL})
OPERATE = frozenset({Duty.OPERATE})
WATCHERS = OPERATE | {Duty.DISPATCH, Duty.DRAFT_WARNING, Duty.APPROVE_WARNING, Duty.AUDIT}
ACKNOWLEDGE = ActRule("alerts.acknowledge", PEOPLE, OPERATE)
SNOOZE = ActRule("alerts.snooze", PEOPLE, OPERATE)
CLOSE = ActRule("alerts.close", PEOPLE, OPERATE)
KEEPERS = frozenset({Duty.ADMINISTER, Duty.ADMINISTER_DEVICES})
"""Who keeps the devices of a unit, or the unit itself, keeps its rules; not who answers their alerts."""
WATCH = ActRule("alerts.watch", PEOPLE, WATCHERS | KEEPERS, on_case=False)
"""Seeing alerts: whoever watches, audits or keeps the rules, and so everybody to whom an alert may climb."""
PUBLISH = ActRule("alerts.publish-rule", PEOPLE | {Kind.SYSTEM}, KEEPERS)
PROMOTE = ActRule("alerts.promote-rule", PEOPLE | {Kind.SYSTEM}, KEEPERS)
RETIRE = ActRule("alerts.retire-rule", PEOPLE | {Kind.SYSTEM}, KEEPERS)
LIFT = ActRule("alerts.lift-rule", PEOPLE, KEEPERS)
"""Letting a rule that failed be evaluated again: an act of a person, never of a program."""
READ_RULES = ActRule("alerts.read-rules", PEOPLE, WATCHERS | KEEPERS, on_case=False)
"""Reading rules, and trying one on the past: who watches what they say, or keeps them."""

AFTER: Mapping[Act, State] = {
    Act.RAISE: State.RAISED,
    Act.ACKNOWLEDGE: State.ACKNOWLEDGED,
    Act.SNOOZE: State.ACKNOWLEDGED,
    Act.ESCALATE: State.RAISED,
    Act.CLEAR: State.CLEARED,
    Act.CLOSE: State.CLOSED,
}
"""The state that an act leads to. Who snoozes has seen; when the snooze ends, it is raised as before."""

FROM: Mapping[Act, tuple[State, ...]] = {
    Act.ACKNOWLEDGE: OPEN,
    Act.SNOOZE: OPEN,
    Act.ESCALATE: OPEN,
    Act.CLEAR: OPEN,
    Act.CLOSE: (*OPEN, State.CLEARED),
}
Z_95 = 1.959963984540054


def precision(rule: str, labels: Mapping[Label, int]) -> Precision:
    """
    Return how often a rule was right, of alerts labeled true or false; a test or an unknown says nothing.

    The interval is Wilson's: it holds for few alerts too, and never leaves 0 to 1.
    Source: Wilson, JASA 22 (1927), 209 to 212.
    """
    right, count = labels.get(Label.TRUE, 0), labels.get(Label.TRUE, 0) + labels.get(Label.FALSE, 0)
    if not count:
        return Precision(rule, labels, None, None, None)
    share, square = right / count, Z_95 * Z_95
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z_95 * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return Precision(rule, labels, share, max(0.0, middle - half), min(1.0, middle + half))
