"""
`explain`: the count of a due date as steps that a resident can check against a wall calendar.

Facts are dates, instants, amounts and titles in `vi` and `en`: never a person, so that the steps may
stand on the public tracking page. Edges translate the msgid and format the facts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dothi.kernel.calendar import DayKind
from dothi.kernel.clock.types import Amount, ClockReading, ClockState, Step, StepKind, TacitEffect, Unit
from dothi.kernel.problems import msg


@dataclass(frozen=True, slots=True)
class Explanation:
    """One step in words: `msgid` with named placeholders, and the facts that fill them."""

    msgid: str
    facts: Mapping[str, object]


_ONE: Mapping[Unit, str] = {
    Unit.WORKING_DAYS: msg("1 working day"),
    Unit.WORKING_HOURS: msg("1 working hour"),
    Unit.WORKING_MINUTES: msg("1 working minute"),
    Unit.CALENDAR_DAYS: msg("1 day"),
}
_MANY: Mapping[Unit, str] = {
    Unit.WORKING_DAYS: msg("%(count)s working days"),
    Unit.WORKING_HOURS: msg("%(count)s working hours"),
    Unit.WORKING_MINUTES: msg("%(count)s working minutes"),
    Unit.CALENDAR_DAYS: msg("%(count)s days"),
}
_HOURS_AND_MINUTES = msg("%(hours)s h %(minutes)s min of working time")
_STARTED: Mapping[Unit, str] = {
    Unit.WORKING_DAYS: msg(
        "Accepted on %(at)s. Working days allowed: %(count)s, counted from the day after %(started_on)s."
    ),
    Unit.WORKING_HOURS: msg(
        "Accepted at %(at)s. Working hours allowed: %(count)s, counted from that moment."
    ),
    Unit.WORKING_MINUTES: msg(
        "Accepted at %(at)s. Working minutes allowed: %(count)s, counted from that moment."
    ),
    Unit.CALENDAR_DAYS: msg(
        "Accepted on %(at)s. Days allowed: %(count)s, counted from the day after %(started_on)s."
    ),
}
_STARTED_TO_THE_HOUR = msg(
    "Accepted at %(at)s. Working days allowed: %(count)s, of %(hours)s working hours each, counted from that "
    "moment."
)
_RESTARTED = msg("The dossier was completed on %(at)s. The whole time allowed is counted again from there.")
_SIMPLE: Mapping[StepKind, str] = {
    StepKind.SUBMITTED: msg("Submitted on %(at)s."),
    StepKind.SUPPLEMENT_REQUESTED: msg("On %(at)s the applicant was asked to complete the dossier."),
    StepKind.CONTINUED: msg("The dossier was completed on %(at)s. Counting went on from there."),
    StepKind.PAUSED: msg("Paused on %(at)s: %(ground)s (%(source)s)."),
    StepKind.RESUMED: msg("Counting went on from %(at)s. The pause added: %(added)s."),
    StepKind.EXTENDED: msg("On %(at)s the office apologized and moved the due date once, by %(amount)s."),
    StepKind.HANDED_OVER: msg("Passed on %(at)s to: %(segment)s."),
    StepKind.FINISHED: msg("The result was ready on %(at)s."),
    StepKind.STOPPED: msg("Processing ended on %(at)s without a result to wait for."),
}
_AFTER_CUTOFF = msg("Received at %(at)s, after %(cutoff)s: it is forwarded on %(forwarded_on)s.")
_ON_DAY_OFF = msg("Received at %(at)s, outside working days: it is forwarded on %(forwarded_on)s.")
_WEEKENDS = msg("Saturdays and Sundays that do not count: %(count)s.")
_DAYS: Mapping[DayKind, str] = {
    DayKind.OFF: msg("%(on)s does not count: %(name)s."),
    DayKind.CLOSED: msg("%(on)s does not count, the office is closed: %(name)s."),
    DayKind.WORKING: msg("%(on)s counts, it is worked in exchange for another day: %(name)s."),
}
_ROLLED = msg("The last day, %(last_on)s, is a day off: the limit ends on the next working day.")
_DUE = msg("Due on %(due_on)s, by %(due_by)s.")
_LATE = msg("Late by: %(late_by)s.")
_LATE_TODAY = msg("Late since the office closed on the due date.")
_TACIT: Mapping[TacitEffect, str] = {
    TacitEffect.APPROVAL: msg("Since no answer was given in time, the law treats this as approved."),
    TacitEffect.REFUSAL: msg("Since no answer was given in time, the law treats this as refused."),
}


def explain(reading: ClockReading) -> tuple[Explanation, ...]:
    """Return why the dossier is due when it is: what happened, what did not count, the date, lateness."""
    lines = [_line(step) for step in _each_once(reading.steps)]
    return (*lines, *_days_between(reading), *_outcome(reading))


def _each_once(steps: Sequence[Step]) -> Iterator[Step]:
    """Leave out a forwarding to the day that the step before was forwarded to: filed and accepted at once."""
    before: Step | None = None
    for step in steps:
        if before is None or step.kind is not StepKind.FORWARDED or not _same_day(before, step):
            yield step
        before = step


def _same_day(before: Step, step: Step) -> bool:
    return before.facts.get("forwarded_on") == step.facts["forwarded_on"]


def in_words(amount: Amount) -> Explanation:
    """Return the words for an amount, e.g. "2 working days"; 75 working minutes become hours and minutes."""
    hours, minutes = divmod(amount.count, 60)
    if amount.unit is Unit.WORKING_MINUTES and hours:
        if minutes:
            return Explanation(_HOURS_AND_MINUTES, {"hours": hours, "minutes": minutes})
        amount = Amount(hours, Unit.WORKING_HOURS)
    return Explanation((_ONE if amount.count == 1 else _MANY)[amount.unit], {"count": amount.count})


def _line(step: Step) -> Explanation:
    return Explanation(_msgid(step), {"at": step.at, "due_on": step.due_on, **step.facts, **_counts(step)})


def _msgid(step: Step) -> str:
    match step.kind:
        case StepKind.STARTED:
            term = _term(step)
            to_the_hour = term.unit is Unit.WORKING_DAYS and step.facts["hours"]
            return _STARTED_TO_THE_HOUR if to_the_hour else _STARTED[term.unit]
        case StepKind.RESTARTED:
            return _RESTARTED
        case StepKind.FORWARDED:
            return _ON_DAY_OFF if step.facts["cutoff"] is None else _AFTER_CUTOFF
        case kind:
            return _SIMPLE[kind]


def _term(step: Step) -> Amount:
    term = step.facts["term"]
    assert isinstance(term, Amount)
    return term


def _counts(step: Step) -> Mapping[str, object]:
    return {"count": _term(step).count} if "term" in step.facts else {}


def _days_between(reading: ClockReading) -> Iterator[Explanation]:
    """Say which days between start and due date did not count, and which Saturday did."""
    if reading.started_on is None or reading.due_on is None:
        return
    if reading.rule.term.unit is Unit.CALENDAR_DAYS:
        yield from _rolled(reading.started_on, reading)
        return
    weekends = 0
    for on in _days_after(reading.started_on, reading.due_on):
        rows = [row for row in reading.calendar.rows_on(on) if row.kind in _DAYS]
        if rows:
            yield Explanation(
                _DAYS[rows[-1].kind], {"on": on, "name": rows[-1].name, "source": rows[-1].source}
            )
        elif not reading.calendar.is_working_day(on):
            weekends += 1
    if weekends:
        yield Explanation(_WEEKENDS, {"count": weekends})


def _rolled(started_on: date, reading: ClockReading) -> Iterator[Explanation]:
    last_on = started_on + timedelta(days=reading.allowed.count + reading.paused.count)
    if last_on != reading.due_on:
        yield Explanation(_ROLLED, {"last_on": last_on})


def _days_after(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days):
        yield start + timedelta(days=offset + 1)


def _outcome(reading: ClockReading) -> Iterator[Explanation]:
    if reading.due_at is not None and reading.state is not ClockState.STOPPED:
        due_by = reading.calendar.local(reading.due_at).time()
        yield Explanation(_DUE, {"due_on": reading.due_on, "due_at": reading.due_at, "due_by": due_by})
    if reading.late_by is not None:
        yield Explanation(_LATE if reading.late_by.count else _LATE_TODAY, {"late_by": reading.late_by})
    if reading.tacit is not TacitEffect.NONE:
        yield Explanation(_TACIT[reading.tacit], {"tacit_at": reading.tacit_at})
