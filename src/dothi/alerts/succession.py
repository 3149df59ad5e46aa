"""What becomes of open alerts when another version of their rule goes live, or none."""

from datetime import datetime

from dothi.alerts.acting import Change, write
from dothi.alerts.engine.samples import Decision
from dothi.alerts.keeping import rule, things
from dothi.alerts.models import Alert, Firing, Memory, RuleVersion
from dothi.alerts.raising import STILL, Thing, Watching, microseconds, raise_alert
from dothi.alerts.types import Act, Place, RuleId
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg

REPLACED = msg("By the version of the rule that is live now this is no alert.")
RETIRED = msg("The rule was retired.")


def hand_over(version: RuleVersion, at: datetime) -> None:
    """
    Bring alerts in line with what a version remembers from its time in shadow.

    What it says of a thing goes on: an alert that it would not have raised is cleared, and one that it
    would have raised, and nobody has, is raised with the evidence from the shadow.
    """
    firings = list(Firing.objects.filter(version=version, cleared_at=None).order_by("raised_at", "id"))
    fired = {firing.thing for firing in firings}
    for alert in _open(version.code):
        if alert.thing not in fired:
            _clear(alert, REPLACED, at)
    watching = Watching(RuleId(version.id), rule(version.id), version.unit_id, live=True)
    known = things(fired) if fired else {}
    for firing in firings:
        decision = Decision(
            "raise", firing.thing, microseconds(firing.raised_at), firing.value, firing.evidence
        )
        unknown = Thing(firing.thing, Text(firing.thing, firing.thing), Place())
        raise_alert(watching, decision, known.get(firing.thing, unknown), at)
    Firing.objects.filter(version=version, cleared_at=None).update(cleared_at=at)


def end_alerts(code: str, at: datetime) -> None:
    """Clear the open alerts of a rule that was retired, and forget what it remembered."""
    for alert in _open(code):
        _clear(alert, RETIRED, at)
    Memory.objects.filter(version__code=code).delete()


def _open(code: str) -> list[Alert]:
    held = Alert.objects.select_for_update().defer("evidence")
    return list(held.filter(rule=code, state__in=STILL).order_by("id"))


def _clear(alert: Alert, why: str, at: datetime) -> None:
    write(alert, Change(act=Act.CLEAR, occurred_at=at, recorded_at=at, key=new_id(), note=why))
