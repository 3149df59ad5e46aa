"""
How an alert changes: under its lock, its row, one step and one event in one transaction.

What a person does has its ledger entry there too. What the watcher does has none, row by row: what it
decided stands with its evidence in the alert, and the rule that decided was published in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.alerts.errors import AlertEnded, AlertUnknown
from dothi.alerts.models import Alert, Step
from dothi.alerts.rules import AFTER, FROM
from dothi.alerts.types import Act, Call, Label, State
from dothi.foundation import statements
from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Datum, Event
from dothi.foundation.identity.authority import ActRule, CaseFacts, Decision, require
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import Entry, Fact
from dothi.foundation.tasks.actions import finish
from dothi.kernel.ids import new_id, urn

KIND = "alert"
_CHANGE = (Path(__file__).parent / "sql" / "change_alert.sql").read_text()
CHANGES = ("id", "number", "state", "level", "snoozed_until", "label", "next_at", "closed_at",
           "closed_recorded_at")  # fmt: skip
EVENTS: Mapping[Act, str] = {
    Act.RAISE: "vn.dothi.alerts.alert.raised.v1",
    Act.ACKNOWLEDGE: "vn.dothi.alerts.alert.acknowledged.v1",
    Act.SNOOZE: "vn.dothi.alerts.alert.snoozed.v1",
    Act.ESCALATE: "vn.dothi.alerts.alert.escalated.v1",
    Act.CLEAR: "vn.dothi.alerts.alert.cleared.v1",
    Act.CLOSE: "vn.dothi.alerts.alert.closed.v1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an act brings: when it happened, when it became known, and what is its own."""

    act: Act
    occurred_at: datetime
    recorded_at: datetime
    key: UUID
    actor_id: UUID | None = None
    post_id: UUID | None = None
    until: datetime | None = None
    label: Label | None = None
    note: str = ""
    next_at: datetime | None = None
    """When the watcher is to look at it again: to escalate it, or to close what nobody labeled."""


def perform(rule: ActRule, act: Act, call: Call, facts: Mapping[str, Fact], **own: object) -> None:
    """
    Do `act` by a person: once for each key, whatever is retried.

    Raises AlertUnknown, AlertEnded, Refused; AlreadyRecorded when the key belongs to another act.
    """
    with transaction.atomic():
        alert = lock(call.alert_id)
        decision = require(call.actor, rule, facts_of(alert), call.at)
        if _already_done(alert, act, call.key):
            return
        if State(alert.state) not in FROM[act]:
            raise AlertEnded(alert=str(alert.id))
        record(_entry(rule, alert, call, decision, facts))
        write(alert, _change(act, call, decision, own))


def lock(alert_id: UUID) -> Alert:
    """Return the alert, locked until the transaction ends. Raises AlertUnknown."""
    found = Alert.objects.select_for_update().defer("evidence").filter(id=alert_id).first()
    if found is None:
        raise AlertUnknown(alert=str(alert_id))
    return found


def facts_of(alert: Alert) -> CaseFacts:
    """Return what authority needs to know of an alert."""
    return CaseFacts(
        KIND, unit_id=alert.unit_id, state=alert.state, territory=alert.ward_code or None, absent=AlertUnknown
    )


def write(alert: Alert, change: Change) -> None:
    """Write a change of a locked alert: its row, the step and the event."""
    alert.number += 1
    alert.state = AFTER[change.act].value
    _bring(alert, change)
    statements.write(_CHANGE, {name: getattr(alert, name) for name in CHANGES})
    add_step(alert, change)


def add_step(alert: Alert, change: Change) -> None:
    """Add the step that led to `alert` as it is now, and tell of it."""
    step = Step(
        id=change.key, alert_id=alert.id, number=alert.number, act=change.act.value, state=alert.state,
        occurred_at=change.occurred_at, recorded_at=change.recorded_at, actor_id=change.actor_id,
        post_id=change.post_id, until=alert.snoozed_until, level=alert.level, label=alert.label,
        note=change.note,
    )  # fmt: skip
    statements.insert(step)
    emit(_event(alert, change))


def _bring(alert: Alert, change: Change) -> None:
    """Change what the act changes of the row, beside its state."""
    alert.next_at, alert.snoozed_until = change.until or change.next_at, change.until
    match change.act:
        case Act.ESCALATE:
            alert.level += 1
        case Act.CLOSE:
            alert.label = change.label.value if change.label else None
            alert.closed_at, alert.closed_recorded_at = change.occurred_at, change.recorded_at
    if State(alert.state) is not State.RAISED:
        finish(key=task_key(alert), at=change.recorded_at)


def name_of(alert: Alert) -> str:
    """Return the alert's name across nodes."""
    return urn(settings.NODE, KIND, alert.id)


def task_key(alert: Alert) -> str:
    """Return the key of the task that an alert is at its level of escalation."""
    return f"alerts:{alert.id}:{alert.level}"


def _already_done(alert: Alert, act: Act, key: UUID) -> bool:
    done = Step.objects.filter(id=key).values_list("alert_id", "act").first()
    if done is not None and done != (alert.id, act.value):
        raise AlreadyRecorded(entry_id=key)
    return done is not None


def _change(act: Act, call: Call, decision: Decision, own: Mapping[str, object]) -> Change:
    held = decision.holding
    return Change(
        act=act, occurred_at=call.at, recorded_at=call.at, key=call.key, actor_id=call.actor.person_id,
        post_id=held.post_id if held else None, note=call.note, **own,  # type: ignore[arg-type]  # until, label
    )  # fmt: skip


def _entry(rule: ActRule, alert: Alert, call: Call, decision: Decision, facts: Mapping[str, Fact]) -> Entry:
    return Entry(
        id=call.key, act=rule.name, at=call.at, actor=decision.by(call.actor), authority=decision.authority,
        object=name_of(alert), basis=f"rule {alert.rule}", purpose="watch-city",
        facts={"rule": alert.rule, "thing": alert.thing, "severity": alert.severity, **facts},
    )  # fmt: skip


def _event(alert: Alert, change: Change) -> Event:
    until = alert.snoozed_until
    data: dict[str, Datum] = {
        "alert": str(alert.id), "group": str(alert.group_id), "rule": alert.rule, "thing": alert.thing,
        "hazard": alert.hazard, "severity": alert.severity, "ward": alert.ward_code, "state": alert.state,
        "number": alert.number, "level": alert.level, "label": alert.label,
        "until": until.isoformat() if until else None, "recorded_at": change.recorded_at.isoformat(),
    }  # fmt: skip
    return Event(new_id(), EVENTS[change.act], name_of(alert), change.occurred_at, data)
