"""What becomes of open alerts when another version of their rule goes live, or none."""

from dataclasses import dataclass
from datetime import datetime

from dothi.alerts.acting import Change, write
from dothi.alerts.engine.samples import Decision
from dothi.alerts.keeping import rule, things
from dothi.alerts.models import Alert, Firing, Memory, RuleVersion
from dothi.alerts.raising import STILL, take_effect
from dothi.alerts.types import Act, RuleId
from dothi.alerts.watched import Watching, microseconds
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg

REPLACED = msg("By the version of the rule that is live now this is no alert.")
RETIRED = msg("The rule was retired.")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many open alerts would be cleared, and how many raised, if a version went live now."""

    cleared: int
    raised: int


def foreseen(code: str, rule_id: RuleId) -> Effect:
    """Return what `hand_over` would do to the alerts of a rule; two statements."""
    alerts = set(Alert.objects.filter(rule=code, state__in=STILL).values_list("thing", flat=True))
    fired = set(Firing.objects.filter(version=rule_id, cleared_at=None).values_list("thing", flat=True))
    return Effect(len(alerts - fired), len(fired - alerts))


def hand_over(version: RuleVersion, at: datetime) -> None:
    """
    Bring alerts in line with what a version remembers from its time in shadow.

    What it says of a thing goes on: an alert that it would not have raised is cleared, and one that it
    would have raised, and nobody has, is raised with the evidence from the shadow.
    """
    firings = list(Firing.objects.filter(version=version, cleared_at=None).order_by("raised_at", "id"))
    Firing.objects.filter(version=version, cleared_at=None).update(cleared_at=at)
    fired = {firing.thing for firing in firings}
    for alert in _open(version.code):
        if alert.thing not in fired:
            _clear(alert, REPLACED, at)
    decisions = [
        Decision("raise", one.thing, microseconds(one.raised_at), one.value, one.evidence) for one in firings
    ]
    if decisions:
        watching = Watching(RuleId(version.id), rule(version.id), version.unit_id, live=True)
        take_effect(watching, decisions, things(fired), at)


def end_alerts(code: str, at: datetime) -> None:
    """Clear the open alerts of a rule that was retired, and forget what it remembered."""
    for alert in _open(code):
        _clear(alert, RETIRED, at)
    Memory.objects.filter(version__code=code).delete()


def _open(code: str) -> list[Alert]:
    held = Alert.objects.select_for_update().defer("evidence")
    return list(held.filter(rule=code, state__in=STILL).order_by("id"))


def _clear(alert: Alert, why: str, at: datetime) -> None:
    Firing.objects.filter(alert=alert, cleared_at=None).update(cleared_at=at)
    write(alert, Change(act=Act.CLEAR, occurred_at=at, recorded_at=at, key=new_id(), note=why))
