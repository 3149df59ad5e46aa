"""
How every act on an incident is done: one transaction locks, checks, writes, records and emits.

An act says only what is its own, as the line that it adds to the timeline.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from dothi.foundation.identity.authority import Actor, ActRule, CaseFacts, Decision, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Entry as LedgerEntry
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read, together
from dothi.incidents import rules
from dothi.incidents.errors import (
    IncidentClosed,
    IncidentMoved,
    IncidentNotFound,
    InstantUnfit,
    WordsMissing,
)
from dothi.incidents.models import Entry, Incident
from dothi.incidents.telling import name_of, tell_of_incident
from dothi.incidents.types import Call, EntryKind, IncidentId, Outcome, State

KIND = "incident"
BASIS = "Law on Civil Defense 18/2023/QH15"
"""Under which the center acts; verified: false."""
MOST_WORDS = 2000
"""Characters that one line of the timeline holds."""


@dataclass(frozen=True, slots=True)
class Line:
    """What an act adds to the timeline, and what it changes of the incident."""

    kind: EntryKind
    state: State | None = None
    severity: str = ""
    response_unit_id: UUID | None = None
    alert_id: UUID | None = None
    warning_id: UUID | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One act in progress: the locked incident, the call and its right."""

    incident: Incident
    call: Call
    decision: Decision


Change = Callable[[Turn], Line]


def perform(rule: ActRule, call: Call, change: Change) -> Outcome:
    """
    Do the act of `rule`: in one transaction the change, the line, the ledger entry and the event.

    The same key again answers where the incident stands now and writes nothing. Raises IncidentNotFound,
    Refused, IncidentMoved, IncidentClosed, InstantUnfit, WordsMissing, and what the change raises.
    """
    with together():
        incident = lock(call.incident_id)
        decision = require(call.actor, rule, case_of(incident), call.at)
        if done_on(Entry, call.key, "incident_id", incident.id):
            return outcome(incident, call.key)
        _check(incident, call)
        turn = Turn(incident, call, decision)
        line = change(turn)
        write(turn, line, rule.name)
    return outcome(incident, call.key)


def lock(incident_id: UUID) -> Incident:
    """Return the incident, locked until the transaction ends. Raises IncidentNotFound."""
    found = read(Incident, "where id = %(id)s for update", {"id": incident_id})
    if not found:
        raise IncidentNotFound
    return found[0]


def lock_standing(incident_id: UUID) -> Incident:
    """Return, locked, the incident that this one goes on in; itself unless it was merged."""
    incident = lock(incident_id)
    while incident.merged_into_id is not None:
        incident = lock(incident.merged_into_id)
    return incident


def done_on(acts: type[Model], key: UUID, of: str, thing_id: UUID) -> bool:
    """Tell whether `acts` keep the act `key`, done on this thing. Raises AlreadyRecorded: on another."""
    on = acts._default_manager.filter(pk=key).values_list(of, flat=True).first()
    if on not in (None, thing_id):
        raise AlreadyRecorded(entry_id=key)
    return on is not None


def write(turn: Turn, line: Line, act: str) -> None:
    """Write what the act changed: the incident as it stands now, the line, the ledger entry, the event."""
    add_line(turn.incident, line, turn.call, turn.decision, turn.call.key)
    turn.incident.save()
    _record(turn, line, act)
    tell_of_incident(line.kind, turn.incident, turn.call.at)


def add_line(incident: Incident, line: Line, call: Call, decision: Decision, key: UUID) -> None:
    """Add `line` to the timeline and let the incident stand as it says; the caller saves the incident."""
    incident.revision += 1
    incident.state = line.state.value if line.state else incident.state
    incident.severity = line.severity or incident.severity
    if line.state is State.CLOSED:
        incident.closed_at = call.occurred_at or call.at
    insert_line(incident, line, call, decision, key)


def insert_line(incident: Incident, line: Line, call: Call, decision: Decision, key: UUID) -> None:
    """Insert a line under the incident's present revision."""
    Entry.objects.create(
        id=key, incident=incident, number=incident.revision, kind=line.kind.value,
        occurred_at=call.occurred_at or call.at, recorded_at=call.at,
        state=line.state.value if line.state else "", severity=line.severity,
        actor_id=call.actor.person_id, post_id=decision.holding.post_id if decision.holding else None,
        response_unit_id=line.response_unit_id, alert_id=line.alert_id, warning_id=line.warning_id,
        note=call.note.strip(), facts=dict(line.facts),
    )  # fmt: skip


def case_of(incident: Incident) -> CaseFacts:
    """Return what authority needs to know of the incident."""
    return CaseFacts(
        kind=KIND, unit_id=incident.unit_id, state=incident.state, territory=incident.ward_code,
        absent=IncidentNotFound,
    )  # fmt: skip


def outcome(incident: Incident, entry_id: UUID) -> Outcome:
    """Return where the incident stands."""
    return Outcome(IncidentId(incident.id), incident.code, State(incident.state), incident.revision, entry_id)


def say_why(call: Call) -> None:
    """Demand that the act is explained. Raises WordsMissing."""
    say_why_in(call.note)


def say_why_in(note: str) -> None:
    """Demand words, and not too many. Raises WordsMissing."""
    if not 0 < len(note.strip()) <= MOST_WORDS:
        raise WordsMissing(most=MOST_WORDS)


def check_instant(occurred_at: datetime | None, at: datetime) -> None:
    """Refuse what cannot have happened then. Raises InstantUnfit."""
    if occurred_at is not None and not at - rules.BACK <= occurred_at <= at + rules.AHEAD:
        raise InstantUnfit


def _check(incident: Incident, call: Call) -> None:
    if call.seen is not None and call.seen != incident.revision:
        raise IncidentMoved
    if incident.state == State.CLOSED:
        raise IncidentClosed
    if len(call.note) > MOST_WORDS:
        raise WordsMissing(most=MOST_WORDS)
    check_instant(call.occurred_at, call.at)


def _record(turn: Turn, line: Line, act: str) -> None:
    incident, call = turn.incident, turn.call
    record_act(
        act, call.actor, turn.decision, name_of(incident), call.key, call.at,
        {"code": incident.code, "state": incident.state, "severity": incident.severity, **line.facts},
        call.occurred_at,
    )  # fmt: skip


def record_act(
    act: str,
    actor: Actor,
    decision: Decision,
    thing: str,
    key: UUID,
    at: datetime,
    facts: Mapping[str, Fact],
    occurred_at: datetime | None = None,
) -> None:
    """Write the ledger entry of an act of this room. Raises AlreadyRecorded when it is sent."""
    record(
        LedgerEntry(
            id=key, act=act, at=at, actor=decision.by(actor), authority=decision.authority, object=thing,
            basis=BASIS, purpose="handle-incident", facts=facts, occurred_at=occurred_at,
        )
    )  # fmt: skip
