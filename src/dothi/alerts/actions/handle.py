"""What an operator does with an alert: acknowledge, snooze, close with a label."""

from datetime import datetime

from dothi.alerts import rules
from dothi.alerts.acting import perform
from dothi.alerts.errors import SnoozeUnfit
from dothi.alerts.types import Act, Call, Label


def acknowledge(call: Call) -> None:
    """
    Say that somebody has seen it: it is escalated no more.

    Again by another person is a step of its own. Raises AlertUnknown, AlertEnded, Refused.
    """
    perform(rules.ACKNOWLEDGE, Act.ACKNOWLEDGE, call, {})


def snooze(call: Call, *, until: datetime) -> None:
    """
    Keep it quiet until the aware instant `until`, at most 24 hours ahead; then it is escalated again.

    Raises SnoozeUnfit, AlertUnknown, AlertEnded, Refused.
    """
    if not call.at < until <= call.at + rules.LONGEST_SNOOZE:
        raise SnoozeUnfit(hours=rules.LONGEST_SNOOZE.total_seconds() // 3600)
    perform(rules.SNOOZE, Act.SNOOZE, call, {"until": until.isoformat()}, until=until)


def close(call: Call, *, label: Label) -> None:
    """
    Close it and say what it was, also before it has ended.

    A rule whose condition still holds raises nothing new until it has recovered once.
    Raises AlertUnknown, AlertEnded (closed already), Refused.
    """
    perform(rules.CLOSE, Act.CLOSE, call, {"label": label.value}, label=label)
