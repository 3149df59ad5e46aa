"""Acts on incidents: open, join an alert, a call or a report, note, assess, stabilize, merge, close."""

import re
from datetime import datetime
from uuid import UUID

from dothi.alerts.queries import one as alert
from dothi.alerts.types import AlertId
from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, Decision, require
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.statements import ask_one, send, together
from dothi.incidents import kinds, rules
from dothi.incidents.acting import (
    Line,
    Turn,
    add_line,
    case_of,
    check_instant,
    insert_line,
    lock,
    outcome,
    perform,
    record_act,
    say_why,
)
from dothi.incidents.actions.runbooks import let_go
from dothi.incidents.errors import (
    AlertTaken,
    IncidentClosed,
    KindUnknown,
    PlaceUnfit,
    StepsOpen,
    UnitsStillOut,
    WordsMissing,
)
from dothi.incidents.models import Entry, Incident, JoinedAlert, ResponseUnit, UnitStatus
from dothi.incidents.numbering import next_code
from dothi.incidents.queries.runs import waiting_for_sensor
from dothi.incidents.telling import name_of, tell_of_incident
from dothi.incidents.types import Call, EntryKind, IncidentId, NewIncident, Origin, Outcome, State
from dothi.kernel.ids import new_id
from dothi.registers.agencies.errors import AreaUnknown
from dothi.registers.agencies.queries import area_on

OPERATE, DISPATCH = rules.OPERATE, rules.DISPATCH
MOST_TITLE = 200
REFERENCE = re.compile(r"[A-Za-z0-9./-]{0,40}")
HEARD = {Origin.CALL: EntryKind.CALL_JOINED, Origin.REPORT: EntryKind.REPORT_JOINED}
"""What people told, beside what devices did."""
HANDLED = "handled"


def open_incident(
    *, new: NewIncident, actor: Actor, at: datetime, key: UUID, occurred_at: datetime | None = None
) -> Outcome:
    """
    Open an incident of the actor's center from alerts, a call or a report; the same `key` opens one only.

    `occurred_at` is when it happened in the world, where that was earlier than `at`.
    Raises Refused, KindUnknown, PlaceUnfit, WordsMissing, InstantUnfit, AlertUnknown, AlertTaken.
    """
    decision = require(actor, rules.OPEN, None, at)
    _check_new(new, occurred_at, at)
    try:
        with together():
            return _opened(key) or _open(new, actor, decision, at, key, occurred_at)
    except AlreadyRecorded:
        # Another hand pressed with the same key at the same moment, and came first.
        found = _opened(key)
        if found is None:
            raise
        return found


def join_alert(call: Call, *, alert_id: UUID) -> Outcome:
    """Let the incident gather an alert. Raises AlertUnknown, AlertTaken and what all raise."""

    def joined(turn: Turn) -> Line:
        _join(turn.incident, alert_id, call.at)
        return Line(EntryKind.ALERT_JOINED, alert_id=alert_id, facts={"alert": str(alert_id)})

    return perform(rules.acts_by("join-alert", OPERATE), call, joined)


def join_word(call: Call, *, origin: Origin, reference: str = "") -> Outcome:
    """
    Let the incident gather a call or a field report: `call.note` says what was told, and names nobody.

    `reference` is its number where it was taken, at most 40 letters, digits, `-`, `/` and `.`; may be empty.
    Raises WordsMissing, KindUnknown and what all raise.
    """
    say_why(call)
    _known(origin.value, origin in HEARD)
    _known(reference, REFERENCE.fullmatch(reference) is not None)
    facts = {"origin": origin.value, "reference": reference}
    return perform(rules.acts_by("join-word", OPERATE), call, lambda _turn: Line(HEARD[origin], facts=facts))


def note(call: Call) -> Outcome:
    """Write `call.note` into the timeline. Raises WordsMissing and what all raise."""
    say_why(call)
    return perform(rules.acts_by("note", OPERATE | DISPATCH), call, lambda _turn: Line(EntryKind.NOTED))


def assess(call: Call, *, severity: str) -> Outcome:
    """Say anew how grave it is. Raises KindUnknown and what all raise."""
    _known(severity, severity in kinds.severities())

    def assessed(turn: Turn) -> Line:
        facts = {"before": turn.incident.severity, "after": severity}
        return Line(EntryKind.ASSESSED, severity=severity, facts=facts)

    return perform(rules.acts_by("assess", OPERATE), call, assessed)


def stabilize(call: Call) -> Outcome:
    """Say that it grows no worse. Raises what all raise."""
    return perform(
        rules.acts_by("stabilize", OPERATE | DISPATCH),
        call,
        lambda _turn: Line(EntryKind.STABILIZED, State.STABILIZED),
    )


def close(call: Call, *, cause: str) -> Outcome:
    """
    Close the incident for a cause of the list, explained in `call.note`.

    What a sensor must end is not `handled` before it says so.
    Raises KindUnknown, WordsMissing, UnitsStillOut, StepsOpen and what all raise.
    """
    _known(cause, cause in kinds.causes())
    say_why(call)

    def closed(turn: Turn) -> Line:
        out = _units_out(turn.incident)
        if out:
            raise UnitsStillOut(units=", ".join(unit.call_sign for unit in out))
        waits = waiting_for_sensor(IncidentId(turn.incident.id)) if cause == HANDLED else []
        if waits:
            raise StepsOpen(steps="; ".join(step.title.vi for step in waits))
        let_go(incident_id=IncidentId(turn.incident.id), at=call.at)
        turn.incident.cause = cause
        return Line(EntryKind.CLOSED, State.CLOSED, facts={"cause": cause})

    return perform(rules.acts_by("close", OPERATE), call, closed)


def merge(call: Call, *, into: IncidentId) -> Outcome:
    """
    Let the incident of `call` go on as part of the incident `into`, with its units and its timeline.

    Raises IncidentNotFound, IncidentClosed and what all raise; Refused where `into` is another center's.
    """
    rule = rules.acts_by("merge", OPERATE)

    def merged(turn: Turn) -> Line:
        target = locked[into]
        decision = require(call.actor, rule, case_of(target), call.at)
        if target.state == State.CLOSED or target.id == turn.incident.id:
            raise IncidentClosed
        _take_over(target, turn, decision)
        turn.incident.merged_into = target
        return Line(EntryKind.MERGED, State.CLOSED, facts={"into": target.code})

    with together():
        # Both in the order of their ids: two who merge each other's incidents wait, and do not deadlock.
        locked = {one: lock(one) for one in sorted({call.incident_id, into})}
        return perform(rule, call, merged)


def _check_new(new: NewIncident, occurred_at: datetime | None, at: datetime) -> None:
    _known(new.type, new.type in kinds.types())
    _known(new.severity, new.severity in kinds.severities())
    check_instant(occurred_at, at)
    if not 0 < len(new.title.strip()) <= MOST_TITLE:
        raise WordsMissing(most=MOST_TITLE)
    if not rules.on_earth(new.place):
        raise PlaceUnfit
    try:
        area_on(new.place.ward_code, civil_date(at))
    except AreaUnknown as error:
        raise PlaceUnfit from error


def _known(word: str, known: bool) -> None:
    if not known:
        raise KindUnknown(word=word)


def _opened(key: UUID) -> Outcome | None:
    """Return the outcome of the opening `key`, None when it was not done."""
    found = Entry.objects.filter(pk=key, kind=EntryKind.OPENED.value).select_related("incident").first()
    return outcome(found.incident, key) if found else None


def _open(
    new: NewIncident, actor: Actor, decision: Decision, at: datetime, key: UUID, occurred_at: datetime | None
) -> Outcome:
    incident = _row(new, decision, at, occurred_at)
    call = Call(IncidentId(incident.id), actor, at, key, occurred_at=occurred_at)
    facts = {"code": incident.code, "type": new.type, "severity": new.severity, "ward": new.place.ward_code,
             "origin": new.origin.value, "alerts": [str(alert) for alert in new.alerts]}  # fmt: skip
    record_act(rules.OPEN.name, actor, decision, name_of(incident), key, at, facts, occurred_at)
    send()
    incident.save(force_insert=True)
    line = Line(EntryKind.OPENED, State.OPEN, new.severity, facts={"origin": new.origin.value})
    insert_line(incident, line, call, decision, key)
    for alert_id in dict.fromkeys(new.alerts):
        _join(incident, alert_id, at)
        joined = Line(EntryKind.ALERT_JOINED, alert_id=alert_id)
        add_line(incident, joined, call, decision, new_id())
    incident.save()
    tell_of_incident(EntryKind.OPENED, incident, at)
    return outcome(incident, key)


def _row(new: NewIncident, decision: Decision, at: datetime, occurred_at: datetime | None) -> Incident:
    return Incident(
        code=next_code(at), type=new.type, severity=new.severity, state=State.OPEN.value,
        title=new.title.strip(), lon=new.place.lon, lat=new.place.lat, ward_code=new.place.ward_code,
        origin=new.origin.value, unit_id=decision.unit_id, opened_at=occurred_at or at,
    )  # fmt: skip


def _join(incident: Incident, alert_id: UUID, at: datetime) -> None:
    """Take the alert for this incident. Raises AlertUnknown, AlertTaken."""
    alert(AlertId(alert_id), at)
    row = {"alert": alert_id, "incident": incident.id, "at": at}
    if ask_one(_TAKE, row) is None:
        other = JoinedAlert.objects.select_related("incident").get(pk=alert_id).incident
        raise AlertTaken(incident=other.code)


_TAKE = (
    "insert into incidents_joinedalert (alert_id, incident_id, joined_at)"
    " values (%(alert)s, %(incident)s, %(at)s) on conflict do nothing returning alert_id"
)


def _units_out(incident: Incident) -> list[ResponseUnit]:
    return list(ResponseUnit.objects.filter(incident=incident).order_by("call_sign").select_for_update())


def _take_over(target: Incident, turn: Turn, decision: Decision) -> None:
    """Hand the units that are out over to `target`, and say in its timeline what was merged into it."""
    call = turn.call
    for unit in _units_out(turn.incident):
        unit.incident = target
        unit.revision += 1
        unit.save()
        UnitStatus.objects.create(
            response_unit=unit, state=unit.state, incident=target, occurred_at=call.at, recorded_at=call.at
        )
    line = Line(EntryKind.MERGED, facts={"from": turn.incident.code})
    add_line(target, line, call, decision, new_id())
    target.save()
    tell_of_incident(EntryKind.MERGED, target, call.at)
