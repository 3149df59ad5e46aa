"""`read`: folds the events of a dossier, in order, into what its clock shows at an instant."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dothi.kernel.calendar import WorkCalendar
from dothi.kernel.clock.axis import axis_of
from dothi.kernel.clock.errors import (
    EventOutOfPlace,
    ExtensionRefused,
    PauseWithoutGround,
    SupplementRefused,
)
from dothi.kernel.clock.order import MAY_FOLLOW
from dothi.kernel.clock.segments import Segments
from dothi.kernel.clock.stopwatch import Stopwatch
from dothi.kernel.clock.types import (
    Amount,
    ClockEvent,
    ClockEventKind,
    ClockReading,
    ClockRule,
    ClockState,
    SegmentReading,
    Step,
    StepKind,
    TacitEffect,
)

Kind = ClockEventKind
State = ClockState


def read(rule: ClockRule, calendar: WorkCalendar, events: Iterable[ClockEvent], at: datetime) -> ClockReading:
    """
    Return what the clock shows at `at`, an aware instant; events after `at` have not happened yet.

    Pure: the same arguments give the same reading. To ask whether an event would be lawful, read with
    it added. Raises the problems of `clock.errors`, and OutsideCalendar when a date lies in a year
    without data.
    """
    count = _Count(rule, calendar)
    for event in events:
        if event.at <= at:
            count.take(event)
    return count.show(at)


@dataclass(slots=True)
class _Count:
    """The running count: what the events so far have made of the watch, its segments and the promise."""

    rule: ClockRule
    calendar: WorkCalendar
    watch: Stopwatch = field(init=False)
    segments: Segments = field(init=False)
    state: State = State.NOT_STARTED
    last_at: datetime | None = None
    online: bool = False
    answer_due_at: datetime | None = None
    started_on: date | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    ended_at: datetime | None = None
    extended: bool = False
    supplements: int = 0
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = Stopwatch(axis_of(self.rule.term, self.rule, self.calendar))
        self.segments = Segments(self.rule.segments, self.watch)

    def take(self, event: ClockEvent) -> None:
        """Fold one event."""
        early = self.last_at is not None and event.at < self.last_at
        if early or event.kind not in MAY_FOLLOW[self.state]:
            raise EventOutOfPlace(kind=event.kind.value, at=event.at, state=self.state.value)
        self.last_at = event.at
        _TAKE[event.kind](self, event)

    # Events

    def _submitted(self, event: ClockEvent) -> None:
        self.online = event.online
        self._note(StepKind.SUBMITTED, event.at)
        self._await_answer(event.at)

    def _accepted(self, event: ClockEvent) -> None:
        self.online = self.online or event.online
        self._start(event.at, StepKind.STARTED)

    def _supplement_requested(self, event: ClockEvent) -> None:
        most = self.rule.supplements_at_most
        if most is not None and self.supplements >= most:
            raise SupplementRefused(times=self.supplements)
        self.supplements += 1
        if self.state is State.RUNNING:
            self._stand_still(event.at)
        self.state, self.answer_due_at = State.AWAITING_APPLICANT, None
        self._note(StepKind.SUPPLEMENT_REQUESTED, event.at)

    def _supplemented(self, event: ClockEvent) -> None:
        if self.started_on is None:
            self._await_answer(event.at)
        elif self.rule.restarts_on_supplement:
            self._start(event.at, StepKind.RESTARTED)
        else:
            self._run_on(event.at, StepKind.CONTINUED)

    def _paused(self, event: ClockEvent) -> None:
        ground = next((known for known in self.rule.pauses if known.code == event.ground), None)
        if ground is None:
            raise PauseWithoutGround(ground=event.ground)
        self._stand_still(event.at)
        self.state = State.PAUSED
        self._note(StepKind.PAUSED, event.at, ground=ground.title, source=ground.source)

    def _resumed(self, event: ClockEvent) -> None:
        self._run_on(event.at, StepKind.RESUMED)

    def _extended(self, event: ClockEvent) -> None:
        amount, rule = event.amount, self.rule.extension
        if rule is None or amount is None:
            raise ExtensionRefused(reason="none")
        if self.extended:
            raise ExtensionRefused(reason="again")
        if rule.at_most is not None and self.watch.is_more(amount, rule.at_most):
            raise ExtensionRefused(reason="too-long")
        if self._days_before_due(event.at) < rule.notice_days:
            raise ExtensionRefused(reason="too-late")
        self.extended = True
        self.watch.extend(amount)
        self._set_due()
        self._note(StepKind.EXTENDED, event.at, amount=amount)

    def _handed_over(self, event: ClockEvent) -> None:
        self.segments.leave(event.at)
        title = self.segments.enter(event.segment, event.at)
        self._note(StepKind.HANDED_OVER, event.at, segment=title)

    def _finished(self, event: ClockEvent) -> None:
        self.segments.leave(event.at)
        self.state, self.ended_at = State.FINISHED, event.at
        self._note(StepKind.FINISHED, event.at)

    def _stopped(self, event: ClockEvent) -> None:
        if self.state is State.RUNNING:
            self.segments.leave(event.at)
        self.state, self.ended_at = State.STOPPED, event.at
        self.due_at = self.due_on = self.answer_due_at = None
        self._note(StepKind.STOPPED, event.at)

    # What events have in common

    def _receive(self, at: datetime) -> datetime:
        """Return the instant from which something received at `at` is counted, noting a move."""
        local = self.calendar.local(at)
        cutoff = self.rule.cutoff
        works = self.calendar.is_working_day(local.date())
        if works and (cutoff is None or local.time() < cutoff):
            return at
        following = self.calendar.day_of_rank(self.calendar.rank(local.date()) + 1)
        forwarded_at = self.calendar.opening(following)
        passed = cutoff if works else None
        self._note(StepKind.FORWARDED, at, forwarded_at=forwarded_at, forwarded_on=following, cutoff=passed)
        return forwarded_at if self.rule.cutoff_moves_count else at

    def _await_answer(self, at: datetime) -> None:
        self.state = State.WAITING
        received_at = self._receive(at)
        if self.rule.answer_within is not None:
            axis = axis_of(self.rule.answer_within, self.rule, self.calendar)
            self.answer_due_at = axis.due(axis.origin(received_at) + axis.size(self.rule.answer_within))

    def _start(self, at: datetime, kind: StepKind) -> None:
        """Count the whole term from `at`; the one extension stays used."""
        received_at = self._receive(at)
        term = self.rule.online_term if self.online and self.rule.online_term else self.rule.term
        self.started_on = self.calendar.local(received_at).date()
        self.state, self.answer_due_at = State.RUNNING, None
        self.watch.start(received_at, term)
        self._set_due()
        self.segments.start(received_at)
        hours = self.rule.working_day_hours
        self._note(kind, at, started_on=self.started_on, term=term, hours=hours)

    def _stand_still(self, at: datetime) -> None:
        self.segments.leave(at)
        self.watch.stand_still(at)
        self.due_at = self.due_on = None

    def _run_on(self, at: datetime, kind: StepKind) -> None:
        """Go on counting where the clock stood still."""
        self.state, added = State.RUNNING, self.watch.run_on(at)
        self._set_due()
        self.segments.run_on(at)
        self._note(kind, at, added=added)

    def _set_due(self) -> None:
        self.due_at = self.watch.due()
        self.due_on = self.calendar.local(self.due_at).date()

    def _days_before_due(self, at: datetime) -> int:
        """Return the calendar days from `at` to the due date; negative when it has passed."""
        today = self.calendar.local(at).date()
        return ((self.due_on or today) - today).days

    def _note(self, kind: StepKind, at: datetime, **facts: object) -> None:
        self.steps.append(Step(kind, at, self.due_on, facts))

    # The reading

    def show(self, at: datetime) -> ClockReading:
        """Return what the clock shows at `at`."""
        judged_at = self.ended_at or at
        late_by = self._late_by(judged_at)
        silent = late_by is not None and self.rule.tacit is not TacitEffect.NONE
        return ClockReading(
            at=at,
            state=self.state,
            due_at=self.due_at,
            due_on=self.due_on,
            answer_due_at=self.answer_due_at,
            started_on=self.started_on,
            remaining=self._remaining(at),
            late_by=late_by,
            allowed=self.watch.allowed(),
            paused=self.watch.stood(),
            tacit=self.rule.tacit if silent else TacitEffect.NONE,
            tacit_at=self.due_at if silent else None,
            extended=self.extended,
            supplements=self.supplements,
            segments=tuple(self._segments(judged_at)),
            steps=tuple(self.steps),
            rule=self.rule,
            calendar=self.calendar,
        )

    def _late_by(self, at: datetime) -> Amount | None:
        if self.due_at is None or at <= self.due_at:
            return None
        return self.watch.late(self.due_at, at)

    def _remaining(self, at: datetime) -> Amount | None:
        if self.started_on is None or self.ended_at is not None:
            return None
        return self.watch.remaining(at)

    def _segments(self, at: datetime) -> Iterable[SegmentReading]:
        running = self.state is State.RUNNING
        return self.segments.read(at, running=running, ended=self.ended_at is not None)


_TAKE: Mapping[Kind, Callable[[_Count, ClockEvent], None]] = {
    Kind.SUBMITTED: _Count._submitted,
    Kind.ACCEPTED: _Count._accepted,
    Kind.SUPPLEMENT_REQUESTED: _Count._supplement_requested,
    Kind.SUPPLEMENTED: _Count._supplemented,
    Kind.PAUSED: _Count._paused,
    Kind.RESUMED: _Count._resumed,
    Kind.EXTENDED: _Count._extended,
    Kind.HANDED_OVER: _Count._handed_over,
    Kind.FINISHED: _Count._finished,
    Kind.STOPPED: _Count._stopped,
}
