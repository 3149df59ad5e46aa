"""What this room is asked with and what it answers. Instants are aware; numbers are in the rule's unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dothi.foundation.identity.authority import Actor
from dothi.kernel.ids import new_id

AlertId = NewType("AlertId", UUID)
RuleId = NewType("RuleId", UUID)
"""Of one published version of a rule."""
GroupId = NewType("GroupId", UUID)


class Severity(StrEnum):
    """How grave it is, in the words of CAP 1.2, section 3.2.2; the gravest last."""

    MINOR = "Minor"
    MODERATE = "Moderate"
    SEVERE = "Severe"
    EXTREME = "Extreme"


class State(StrEnum):
    """
    Where an alert stands.

    Raised and acknowledged alerts are open: what they tell of goes on. In a cleared one it has ended, and
    its label is waited for; a closed one has its label, whether it had ended or not.
    """

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    CLOSED = "closed"


OPEN = (State.RAISED, State.ACKNOWLEDGED)


class Act(StrEnum):
    """What happens to an alert: each makes one step, and one event of that name."""

    RAISE = "raised"
    ACKNOWLEDGE = "acknowledged"
    SNOOZE = "snoozed"
    ESCALATE = "escalated"
    CLEAR = "cleared"
    CLOSE = "closed"


class Label(StrEnum):
    """What a closed alert turned out to be. Precision counts the first two only."""

    TRUE = "true"
    FALSE = "false"
    TEST = "test"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """
    One call of an act on an alert: by whom, at which aware instant.

    `key` makes it safe to retry: the same key is the same act, and the id of its ledger entry. `note` is
    what the actor says about it; no personal data belongs there.
    """

    alert_id: AlertId
    actor: Actor
    at: datetime
    key: UUID = field(default_factory=new_id)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing is; `lon` and `lat` in degrees (EPSG:4326), None where nobody has told."""

    ward_code: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """
    One alert as it stood at the instant asked for.

    `thing` is what it is about: a device id, or the first device of several. `measure` and `unit` say
    what `value` is, the signal at which the rule fired. `title_vi` and `title_en` are the rule's words,
    filled in. `snoozed_until` is set while it lies ahead. `level` counts escalations. What lies behind
    the instant asked for is None.
    """

    id: AlertId
    group_id: GroupId
    rule: str
    rule_version: str
    rule_id: RuleId
    state: State
    hazard: str
    severity: Severity
    title_vi: str
    title_en: str
    thing: str
    measure: str
    unit: str
    value: float
    limit: float
    place: Place
    entity_id: str
    unit_id: UUID
    raised_at: datetime
    recorded_at: datetime
    changed_at: datetime
    acknowledged_at: datetime | None
    cleared_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    level: int
    label: Label | None

    @property
    def is_open(self) -> bool:
        """Whether what it tells of goes on."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of an alert. `actor_id` is None where the system did it."""

    id: UUID
    alert_id: AlertId
    number: int
    act: Act
    state: State
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    post_id: UUID | None
    until: datetime | None
    level: int
    label: Label | None
    note: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A step with what its alert is about."""

    step: StepRow
    severity: Severity
    title_vi: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Group:
    """Open alerts of one hazard in one ward, the gravest and then the earliest first."""

    id: GroupId
    hazard: str
    ward_code: str
    alerts: Sequence[AlertRow]

    @property
    def severity(self) -> Severity:
        """How grave the gravest is."""
        return self.alerts[0].severity


@dataclass(frozen=True, slots=True)
class Precision:
    """
    How often a rule was right, of its alerts that were closed as true or false.

    `low` and `high` bound the share at 95 % (Wilson 1927); all three are None where nothing was counted.
    """

    rule: str
    labels: Mapping[Label, int]
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One version of a rule and how it stood: live, or in shadow; `until` None where it still does."""

    id: RuleId
    code: str
    version: str
    sha256: str
    live: bool
    since: datetime
    until: datetime | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """
    A rule in shadow beside the live one, by the live one's labeled alerts of the same time.

    `caught` and `missed` are true alerts with and without a firing of the shadow; `repeated` and `spared`
    false ones; `extra` are firings of the shadow where the live one raised nothing.
    """

    caught: int
    missed: int
    repeated: int
    spared: int
    extra: int

    @property
    def worse(self) -> bool:
        """Whether it misses what was true, or fires without need more often than the live one did."""
        return self.missed > 0 or self.extra > self.spared

    @property
    def judged(self) -> int:
        """How many labeled alerts there were to judge by."""
        return self.caught + self.missed + self.repeated + self.spared
