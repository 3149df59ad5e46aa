"""What the watcher does with alerts when nothing is measured: escalates, closes what nobody labeled."""

from datetime import datetime, timedelta

from django.db import transaction

from dothi.alerts.acting import Change, name_of, task_key, write
from dothi.alerts.engine.rule import Rung
from dothi.alerts.keeping import rule
from dothi.alerts.models import Alert
from dothi.alerts.types import Act, Label, State
from dothi.foundation.tasks.actions import follow
from dothi.foundation.tasks.types import Place, Work
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg

UNANSWERED = msg("Alert that nobody has acknowledged: %(title)s")
AT_ONCE = 200


def tend(now: datetime) -> int:
    """
    Escalate alerts whose time has come, and close as unknown those that ended and nobody labeled.

    At most AT_ONCE, the longest due first; returns how many. In one transaction.
    """
    with transaction.atomic():
        held = Alert.objects.select_for_update(skip_locked=True).defer("evidence")
        found = list(held.filter(next_at__lte=now).order_by("next_at", "id")[:AT_ONCE])
        for alert in found:
            if State(alert.state) is State.CLEARED:
                write(alert, _system(Act.CLOSE, now, label=Label.UNKNOWN))
            else:
                _escalate(alert, now)
    return len(found)


def _escalate(alert: Alert, now: datetime) -> None:
    """Tell the holders of the next duty; the last one again where a snooze has ended after it."""
    rungs, done = rule(alert.version_id).escalation, task_key(alert)
    write(alert, _system(Act.ESCALATE, now, next_at=_next(rungs, alert.level, now)))
    if rungs:
        place = Place(alert.unit_id, rungs[min(alert.level, len(rungs)) - 1].duty)
        said = {"title": alert.title_vi, "title_en": alert.title_en}
        work = Work(task_key(alert), place, UNANSWERED, name_of(alert), now, said)
        follow(done=done, work=work, at=now)


def _next(rungs: tuple[Rung, ...], level: int, now: datetime) -> datetime | None:
    """Return when the rung after the one at `level` is due, as long after it as the rule says."""
    if level + 1 >= len(rungs):
        return None
    return now + timedelta(seconds=rungs[level + 1].after_s - rungs[level].after_s)


def _system(
    act: Act, now: datetime, *, label: Label | None = None, next_at: datetime | None = None
) -> Change:
    return Change(act=act, occurred_at=now, recorded_at=now, key=new_id(), label=label, next_at=next_at)
