"""The rule as data, the events of a dossier and what the clock shows. Instants are aware, dates local."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from dothi.kernel.calendar import WorkCalendar
from dothi.kernel.clock.errors import RuleInvalid

LocalText = Mapping[str, str]


class Unit(StrEnum):
    """What an amount of time counts."""

    WORKING_DAYS = "working-days"
    WORKING_HOURS = "working-hours"
    WORKING_MINUTES = "working-minutes"
    CALENDAR_DAYS = "calendar-days"


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a unit, e.g. three working days."""

    count: int
    unit: Unit = Unit.WORKING_DAYS


class TacitEffect(StrEnum):
    """What the law reads into the agency's silence when the time limit has passed."""

    NONE = "none"
    APPROVAL = "approval"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class PauseGround:
    """A ground on which the law lets the clock stand still; `title` in `vi` and `en`."""

    code: str
    title: LocalText
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """
    How the due date may be moved: once, by at most `at_most`, announced `notice_days` before.

    Decree 61/2018/ND-CP, art. 19: the letter of apology goes out at latest one day before the due
    date, and a new date is given once.
    """

    source: str
    at_most: Amount | None = None
    notice_days: int = 1
    verified: bool = False


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """The part of one agency: `key` names it, `budget` is its share of the time."""

    key: str
    title: LocalText
    budget: Amount


@dataclass(frozen=True, slots=True)
class ClockRule:
    """
    How the time limit of a procedure is counted.

    `term` at the counter, `online_term` (when it differs) online. Received at or after `cutoff` means
    forwarded at the start of the next working day; with `cutoff_moves_count` it is also counted from
    there. With `working_day_hours` set, working days are measured to the hour, each as so many clock
    hours. `answer_within` is the time for a first answer to what was submitted. Raises RuleInvalid.
    """

    term: Amount
    source: str
    verified: bool = False
    online_term: Amount | None = None
    cutoff: time | None = None
    cutoff_moves_count: bool = True
    working_day_hours: int | None = None
    answer_within: Amount | None = None
    restarts_on_supplement: bool = True
    supplements_at_most: int | None = None
    pauses: tuple[PauseGround, ...] = ()
    extension: ExtensionRule | None = None
    segments: tuple[SegmentRule, ...] = ()
    tacit: TacitEffect = TacitEffect.NONE

    def __post_init__(self) -> None:
        amounts = [self.term, *(segment.budget for segment in self.segments)]
        amounts += [self.online_term] if self.online_term else []
        amounts += [self.extension.at_most] if self.extension and self.extension.at_most else []
        if any(amount.count < 1 for amount in amounts):
            raise RuleInvalid(reason="an amount of time is less than one")
        if len({family(amount.unit, self.working_day_hours) for amount in amounts}) > 1:
            raise RuleInvalid(reason="amounts of time cannot be compared")
        keys = [segment.key for segment in self.segments]
        if len(set(keys)) != len(keys):
            raise RuleInvalid(reason="two segments have one key")


def family(unit: Unit, working_day_hours: int | None) -> Unit:
    """Return the unit that amounts are compared in: working hours, working days or calendar days."""
    if unit in (Unit.WORKING_HOURS, Unit.WORKING_MINUTES):
        return Unit.WORKING_HOURS
    if unit is Unit.WORKING_DAYS and working_day_hours:
        return Unit.WORKING_HOURS
    return unit


class ClockEventKind(StrEnum):
    """What happens to a dossier that the clock takes note of."""

    SUBMITTED = "submitted"  # it has arrived; nobody has looked at it
    ACCEPTED = "accepted"  # it is complete: the clock starts
    SUPPLEMENT_REQUESTED = "supplement-requested"
    SUPPLEMENTED = "supplemented"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    HANDED_OVER = "handed-over"  # to the agency of another segment
    FINISHED = "finished"  # the result is ready: the clock stops, and this instant is judged
    STOPPED = "stopped"  # withdrawn, refused or ended: nothing is due any more


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """
    One event. `online` belongs to submitted and accepted, `ground` to paused, `amount` to extended,
    `segment` to handed-over.
    """

    kind: ClockEventKind
    at: datetime
    online: bool = False
    ground: str = ""
    amount: Amount | None = None
    segment: str = ""


class ClockState(StrEnum):
    """How the clock stands. Lateness is apart: see `ClockReading.late_by`."""

    NOT_STARTED = "not-started"
    WAITING = "waiting"  # submitted: the office must answer by `answer_due_at`
    RUNNING = "running"
    AWAITING_APPLICANT = "awaiting-applicant"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class StepKind(StrEnum):
    """The kinds of steps from which a due date is explained."""

    SUBMITTED = "submitted"
    FORWARDED = "forwarded"
    STARTED = "started"
    SUPPLEMENT_REQUESTED = "supplement-requested"
    RESTARTED = "restarted"
    CONTINUED = "continued"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    HANDED_OVER = "handed-over"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the count: when, and the due date after it. Facts are dates, amounts and titles only."""

    kind: StepKind
    at: datetime
    due_on: date | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SegmentReading:
    """What one agency has used of its share; `due_at` only while it holds the dossier and time runs."""

    key: str
    title: LocalText
    budget: Amount
    used: Amount
    holds: bool
    due_at: datetime | None
    late_by: Amount | None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """
    What the clock shows at `at`.

    `due_at` is when the office closes on `due_on` (in hours: the very minute); both are None while
    nothing runs towards a date. `late_by` is None unless late; zero working days late means since
    closing time. `remaining` counts the present day. `tacit_at` is when silence took effect.
    Of the present count, `allowed` is the time with any extension, `paused` what pauses have added.
    """

    at: datetime
    state: ClockState
    due_at: datetime | None
    due_on: date | None
    answer_due_at: datetime | None
    started_on: date | None
    remaining: Amount | None
    late_by: Amount | None
    allowed: Amount
    paused: Amount
    tacit: TacitEffect
    tacit_at: datetime | None
    extended: bool
    supplements: int
    segments: tuple[SegmentReading, ...]
    steps: tuple[Step, ...]
    rule: ClockRule = field(repr=False)
    calendar: WorkCalendar = field(repr=False)

    @property
    def is_late(self) -> bool:
        """Whether the due instant has passed, or had when the clock stopped."""
        return self.late_by is not None
