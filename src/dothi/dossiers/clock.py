"""
The legal clock of one dossier: its steps folded by the kernel's clock under its procedure's rule.

The promised instant is kept on the dossier when an act moves it, with the version of the calendar
that it was counted with: a later change of the calendar never moves a promise in silence.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from dothi.dossiers.answers import read_answers
from dothi.dossiers.models import Dossier, Step
from dothi.foundation.clock import civil_date
from dothi.foundation.statements import Statement, ask, made, rows_of
from dothi.kernel.calendar import WorkCalendar
from dothi.kernel.clock import Amount, ClockEvent, ClockEventKind, ClockReading, ClockRule, Unit, read
from dothi.procedures.engine import duration_for, rule_of
from dothi.procedures.types import Channel, Duration, Json, Procedure
from dothi.registers.agencies.queries import calendar_asked, calendar_of, calendar_told, calendar_version

NONE = "none"
"""Effect of an act that the clock takes no note of."""


def follow(procedure: Procedure, dossier: Dossier, step: Step) -> None:
    """
    Keep the instant that is promised after `step`, and the calendar it was counted with.

    Step and dossier are not written yet. A step that the clock ignores moves nothing.
    """
    if step.effect == NONE:
        return
    if dossier.duration is None:
        dossier.duration = _place(procedure, dossier, step.at)
    before, issued = ask(steps_asked(dossier.id), calendar_asked(dossier.unit_id, step.at))
    calendar = calendar_told(dossier.unit_id, issued)
    reading = _read(procedure, dossier, [*made(Step, before), step], calendar, step.at)
    dossier.due_at = reading.due_at or reading.answer_due_at
    dossier.calendar_version = calendar.version


def steps_of(dossier: Dossier) -> list[Step]:
    """Return the steps of a dossier in their order; one statement."""
    return made(Step, ask(steps_asked(dossier.id))[0])


def steps_asked(dossier_id: UUID) -> Statement:
    """Return what reads the steps of a dossier in their order, to be asked together with more."""
    return rows_of(Step, "where dossier_id = %(id)s order by number", {"id": dossier_id})


def reading_from(procedure: Procedure, dossier: Dossier, steps: Iterable[Step], at: datetime) -> ClockReading:
    """Return what the clock shows at `at`, counted with the calendar of the last promise."""
    kept = dossier.calendar_version
    calendar = calendar_version(kept) if kept else calendar_of(dossier.unit_id, at)
    return _read(procedure, dossier, steps, calendar, at)


def _read(
    procedure: Procedure, dossier: Dossier, steps: Iterable[Step], calendar: WorkCalendar, at: datetime
) -> ClockReading:
    events = list(_events(steps, online=dossier.channel == "online"))
    return read(_rule(procedure, dossier), calendar, events, at)


def _place(procedure: Procedure, dossier: Dossier, at: datetime) -> int:
    """Return which of the channel's legal times applies, so that the clock needs no answers later."""
    channel = cast("Channel", dossier.channel)
    applies = duration_for(procedure, channel, read_answers(dossier), civil_date(at))
    return _durations(procedure, channel).index(applies)


def _rule(procedure: Procedure, dossier: Dossier) -> ClockRule:
    return rule_of(procedure, _durations(procedure, cast("Channel", dossier.channel))[dossier.duration or 0])


def _durations(procedure: Procedure, channel: Channel) -> tuple[Duration, ...]:
    return procedure.clock.durations.get(channel) or procedure.clock.durations["online"]


def amount_as_json(amount: Amount | None) -> Json:
    """Return an amount of time as a step keeps it."""
    return None if amount is None else {"count": amount.count, "unit": amount.unit.value}


def _events(steps: Iterable[Step], *, online: bool) -> Iterator[ClockEvent]:
    for step in steps:
        if step.effect != NONE:
            kind = ClockEventKind(step.effect)
            yield ClockEvent(kind, step.at, online=online, ground=step.ground, amount=_amount(step.amount))


def _amount(kept: Mapping[str, Json] | None) -> Amount | None:
    if kept is None:
        return None
    return Amount(int(str(kept["count"])), Unit(str(kept["unit"])))
