"""
The document's clock, handed to the kernel's: one rule, one event for each act, one day of silence.

The kernel counts; what is counted comes from the document with its source.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dothi.kernel.calendar import WorkCalendar
from dothi.kernel.clock import (
    Amount,
    ClockEvent,
    ClockEventKind,
    ClockRule,
    ExtensionRule,
    PauseGround,
    SegmentRule,
    Unit,
)
from dothi.kernel.problems import msg
from dothi.procedures.engine.scope import scope
from dothi.procedures.errors import ConditionInvalid
from dothi.procedures.types import (
    Answers,
    Basis,
    Channel,
    Duration,
    Procedure,
    Segment,
    Tacit,
    Text,
    Transition,
)
from dothi.procedures.types import PauseGround as Ground

UNITS = {
    "working-day": Unit.WORKING_DAYS,
    "working-hour": Unit.WORKING_HOURS,
    "day": Unit.CALENDAR_DAYS,
}


def clock_rule(procedure: Procedure, answers: Answers, on: date) -> ClockRule:
    """
    Return the rule by which the kernel counts this dossier.

    Of each channel's durations the first whose condition holds for `answers` on `on` counts. Raises
    ConditionInvalid where none does: the document then has a gap that its golden dossiers must show.
    """
    counter = duration_for(procedure, "counter", answers, on)
    online = duration_for(procedure, "online", answers, on)
    rule = rule_of(procedure, counter)
    return replace(rule, online_term=_amount(online), verified=rule.verified and online.basis.verified)


def rule_of(procedure: Procedure, duration: Duration) -> ClockRule:
    """Return the rule by which the kernel counts a dossier to which `duration` applies."""
    clock = procedure.clock
    forwarded = clock.bases["forward_after"]
    return ClockRule(
        term=_amount(duration),
        source=cite(procedure, duration.basis),
        verified=duration.basis.verified and forwarded.verified,
        cutoff=time.fromisoformat(clock.forward_after),
        answer_within=Amount(clock.supplement_notice_working_days),
        restarts_on_supplement=clock.restart_on_supplement,
        pauses=tuple(_pause(procedure, ground) for ground in clock.pauses),
        extension=_extension(procedure),
    )


def clock_event(
    transition: Transition, at: datetime, *, online: bool, ground: str = "", extra: Amount | None = None
) -> ClockEvent | None:
    """Return what `transition` done at `at` is to the clock; None where it is nothing."""
    if transition.clock == "none":
        return None
    return ClockEvent(ClockEventKind(transition.clock), at, online=online, ground=ground, amount=extra)


def tacit_at(tacit: Tacit, since: datetime, calendar: WorkCalendar) -> datetime:
    """
    Return the instant from which silence in `tacit.state`, entered at `since`, is taken as the act.

    The day of the beginning is not counted and the last day runs out at midnight (Civil Code 2015,
    art. 147 and 148; verified: false).
    """
    entered = calendar.local(since).date()
    last = (
        entered + timedelta(days=tacit.after)
        if tacit.unit == "day"
        else calendar.add_working_days(entered, tacit.after)
    )
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(calendar.zone))


def cite(procedure: Procedure, basis: Basis) -> str:
    """Return the basis in one line, e.g. `60/2014/QH13, Điều 18 khoản 1`."""
    number = next(source.number for source in procedure.sources if source.id == basis.source)
    return f"{number}, {basis.clause}"


def segment_rules(procedure: Procedure) -> tuple[SegmentRule, ...]:
    """Return the shares of the units that may hold the dossier, for the page that explains a delay."""
    return tuple(_segment(segment) for segment in procedure.clock.segments)


def duration_for(procedure: Procedure, channel: Channel, answers: Answers, on: date) -> Duration:
    """Return the legal time of `channel` for these answers. Raises ConditionInvalid where none applies."""
    seen = scope(procedure, answers, on)
    durations = procedure.clock.durations.get(channel) or procedure.clock.durations["online"]
    for duration in durations:
        if seen.holds(duration.when):
            return duration
    raise ConditionInvalid(source=f"clock.durations.{channel}", problem=msg("no duration applies"))


def _amount(duration: Duration | Segment) -> Amount:
    return Amount(duration.amount, UNITS[duration.unit])


def _segment(segment: Segment) -> SegmentRule:
    return SegmentRule(segment.id, _both(segment.title), _amount(segment))


def _pause(procedure: Procedure, ground: Ground) -> PauseGround:
    return PauseGround(ground.id, _both(ground.title), cite(procedure, ground.basis), ground.basis.verified)


def _extension(procedure: Procedure) -> ExtensionRule | None:
    clock = procedure.clock
    if clock.extensions < 1:
        return None
    basis = clock.bases["extensions"]
    at_most = _amount(clock.extension_at_most) if clock.extension_at_most else None
    return ExtensionRule(cite(procedure, basis), at_most, verified=basis.verified)


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
