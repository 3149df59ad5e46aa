"""
What the watcher does with the decisions of rules: raise alerts, clear them, and keep those in shadow.

All of it in the transaction that takes the readings and keeps what the rules remember: either all of it is
there afterwards or none, whatever is killed. One alert of a rule and a thing is open at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dothi.alerts.acting import Change, add_step, write
from dothi.alerts.engine.rule import Rule
from dothi.alerts.engine.samples import Decision
from dothi.alerts.models import Alert, Firing
from dothi.alerts.types import OPEN, Act, AlertId, GroupId, Place, RuleId, State
from dothi.alerts.wording import Facts, filled
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STILL = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class Watching:
    """A version of a rule at work: which, who answers for it, live or in shadow."""

    id: RuleId
    rule: Rule
    unit_id: UUID
    live: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that rules look at: a device, what people call it, where it is, its entity by measure."""

    id: str
    name: Text
    place: Place
    profile: str = ""
    group: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)


def instant(at_us: int) -> datetime:
    """Return microseconds since 1970 as an aware instant, exactly."""
    return EPOCH + timedelta(microseconds=at_us)


def microseconds(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def apply(watching: Watching, decision: Decision, thing: Thing, known_at: datetime) -> None:
    """
    Let a decision of a rule take effect; what is so already stays as it is.

    `known_at` is when the node learned of it. In the caller's transaction.
    """
    if not watching.live:
        _in_shadow(watching, decision, known_at)
    elif decision.act == "raise":
        raise_alert(watching, decision, thing, known_at)
    else:
        clear_alert(watching, decision, known_at)


def raise_alert(watching: Watching, decision: Decision, thing: Thing, known_at: datetime) -> AlertId | None:
    """Raise an alert; None where one of this rule and thing is open already."""
    if _open(watching, decision.thing) is not None:
        return None
    alert = _new(watching, decision, thing, known_at)
    alert.save(force_insert=True)
    add_step(alert, _change(Act.RAISE, decision, known_at))
    return AlertId(alert.id)


def clear_alert(watching: Watching, decision: Decision, known_at: datetime) -> None:
    """Clear the open alert of this rule and thing, where there is one: a person may have closed it."""
    alert = _open(watching, decision.thing)
    if alert is not None:
        unlabeled_at = known_at + timedelta(seconds=watching.rule.close_after_s)
        write(alert, _change(Act.CLEAR, decision, known_at, unlabeled_at))


def _open(watching: Watching, thing: str) -> Alert | None:
    held = Alert.objects.select_for_update().defer("evidence")
    return held.filter(rule=watching.rule.code, thing=thing, state__in=STILL).first()


def _new(watching: Watching, decision: Decision, thing: Thing, known_at: datetime) -> Alert:
    rule = watching.rule
    facts: Facts = {"thing": thing.name, "value": decision.signal, "limit": rule.limit.fire_at}
    title, place = filled(rule.words.headline, facts), thing.place
    return Alert(
        id=new_id(), group_id=_group(rule.hazard, thing.place.ward_code), version_id=watching.id,
        rule=rule.code, hazard=rule.hazard, severity=rule.severity, title_vi=title.vi, title_en=title.en,
        thing=decision.thing, measure=rule.looks_at.measure, unit=rule.looks_at.unit,
        value=decision.signal, limit=rule.limit.fire_at,
        entity_id=thing.entities.get(rule.looks_at.measure, ""), ward_code=place.ward_code, lon=place.lon,
        lat=place.lat,
        unit_id=watching.unit_id, evidence=dict(decision.evidence), raised_at=instant(decision.at),
        recorded_at=known_at, state=State.RAISED.value, next_at=_first_rung(rule, known_at),
    )  # fmt: skip


def _group(hazard: str, ward_code: str) -> GroupId:
    """Return the group of an open alert of this hazard in this ward, or a new one."""
    near = Alert.objects.filter(hazard=hazard, ward_code=ward_code, state__in=STILL) if ward_code else None
    found = near.order_by("raised_at", "id").values_list("group_id", flat=True).first() if near else None
    return GroupId(found or new_id())


def _first_rung(rule: Rule, known_at: datetime) -> datetime | None:
    return known_at + timedelta(seconds=rule.escalation[0].after_s) if rule.escalation else None


def _change(act: Act, decision: Decision, known_at: datetime, next_at: datetime | None = None) -> Change:
    return Change(
        act=act, occurred_at=instant(decision.at), recorded_at=known_at, key=new_id(), next_at=next_at
    )


def _in_shadow(watching: Watching, decision: Decision, known_at: datetime) -> None:
    fired = Firing.objects.filter(version_id=watching.id, thing=decision.thing, cleared_at=None)
    if decision.act == "clear":
        fired.update(cleared_at=instant(decision.at))
    elif not fired.exists():
        Firing.objects.create(
            version_id=watching.id, thing=decision.thing, value=decision.signal,
            evidence=dict(decision.evidence), raised_at=instant(decision.at), recorded_at=known_at,
        )  # fmt: skip
