"""One alert in words: how it stands, what the decision was made of, its steps, and the acts possible now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext

from dothi.alerts import rules
from dothi.alerts.types import Act, AlertRow, Label, Severity, State, StepRow
from dothi.foundation.identity.authority import Actor, CaseFacts, decide
from dothi.kernel.ids import new_id
from dothi.kernel.problems import msg
from dothi.web.center.acts import ActForm, Typed, select, words
from dothi.web.center.charts import Chart, Value, chart
from dothi.web.center.wording import doubts, number
from dothi.web.components import formats
from dothi.web.components.rows import Column, Moment, Row

SEVERITIES = {
    Severity.MINOR: msg("Minor"),
    Severity.MODERATE: msg("Moderate"),
    Severity.SEVERE: msg("Severe"),
    Severity.EXTREME: msg("Extreme"),
}
STATES = {
    State.RAISED: msg("not answered"),
    State.ACKNOWLEDGED: msg("acknowledged"),
    State.CLEARED: msg("ended, waits for its label"),
    State.CLOSED: msg("closed"),
}
ACTS = {
    Act.RAISE: msg("Alert raised"),
    Act.ACKNOWLEDGE: msg("Acknowledged"),
    Act.SNOOZE: msg("Snoozed"),
    Act.ESCALATE: msg("Escalated"),
    Act.CLEAR: msg("The condition ended"),
    Act.CLOSE: msg("Closed"),
}
LABELS = {
    Label.TRUE: msg("right: it was so"),
    Label.FALSE: msg("wrong: it was not so"),
    Label.TEST: msg("a test"),
    Label.UNKNOWN: msg("nobody can tell"),
}
SNOOZES = (1, 4, 12, 24)
"""Hours that the form offers."""
SECOND = 1_000_000


def title(row: AlertRow) -> str:
    """Return what the alert says, in the reader's language."""
    return row.title_en if get_language() == "en" else row.title_vi


def moments(found: Sequence[StepRow], at: datetime) -> list[Moment]:
    """Return the steps that had happened by `at`, the oldest first."""
    return [
        Moment(gettext(ACTS[one.act]), at=one.occurred_at, text=_said(one))
        for one in found if one.occurred_at <= at
    ]  # fmt: skip


def _said(one: StepRow) -> str:
    until = gettext("until %(at)s") % {"at": formats.moment(one.until)} if one.until else ""
    label = gettext(LABELS[one.label]) if one.label else ""
    return " · ".join(filter(None, (until, label, one.note)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a decision was made of: a sentence, a drawing, its table."""

    sentence: str
    chart: Chart | None
    columns: Sequence[Column]
    rows: Sequence[Row]


def evidence(row: AlertRow, told: Mapping[str, Any]) -> Evidence:
    """Return the evidence of an alert: the samples that were used, and at which limit it would be silent."""
    samples = _samples(told)
    unit = f" {row.unit}".rstrip()
    facts = {"weakest": number(told.get("weakest")) + unit, "limit": number(told.get("fire_at")) + unit}
    sentence = (
        gettext("With a limit above %(weakest)s it would not have fired; the limit is %(limit)s.") % facts
        if told.get("direction") == "above"
        else gettext("With a limit below %(weakest)s it would not have fired; the limit is %(limit)s.")
        % facts
    )
    columns = [Column(gettext("Observed")), Column(gettext("Value"), numeric=True),
               Column(gettext("Doubts"))]  # fmt: skip
    rows = [
        Row([formats.moment(at), number(value) + unit, doubts(flags)])
        for at, value, flags in reversed(samples[-200:])
    ]
    label = gettext("What was measured before the alert") + (f",{unit}" if unit else "")
    values: list[Value] = [(at, value) for at, value, _ in samples]
    return Evidence(sentence, chart(values, label, _same_scale(told)), columns, rows)


def _samples(told: Mapping[str, Any]) -> list[tuple[datetime, float, int]]:
    """Return instant, value and flags of each sample that has a number, in order of time."""
    kept = told.get("samples") or []
    rows = [one for group in kept.values() for one in group] if isinstance(kept, dict) else kept
    return sorted(
        (datetime.fromtimestamp(at / SECOND, UTC), float(value), int(flags))
        for at, value, flags, *_ in rows if value is not None
    )  # fmt: skip


def _same_scale(told: Mapping[str, Any]) -> float | None:
    """Return the limit where it is one of the values themselves, not of their rate or their sum."""
    return told.get("fire_at") if told.get("kind") in ("threshold", None) else None


def forms(row: AlertRow, actor: Actor, at: datetime, typed: Typed | None) -> list[ActForm]:
    """Return the acts that the actor can do on an alert now."""
    sent = typed.sent if typed else QueryDict()
    case = CaseFacts("alert", unit_id=row.unit_id, state=row.state)
    found = []
    for act, rule, label, fields in _offered(sent):
        fits = row.state in rules.FROM[act] and not (act is Act.ACKNOWLEDGE and row.acknowledged_at)
        if fits and decide(actor, rule, case, at).allowed:
            url = reverse("center:alert-act", args=[row.id, act.value])
            error = typed.error if typed and typed.act == act else ""
            primary = act is Act.ACKNOWLEDGE
            found.append(ActForm(act.value, label, url, new_id(), fields, primary=primary, error=error))
    return found


def _offered(sent: QueryDict) -> list[Any]:
    hours = [(str(one), gettext("%(hours)s hours") % {"hours": one}) for one in SNOOZES]
    labels = [
        ("", gettext("Choose what it was")),
        *((one.value, gettext(said)) for one, said in LABELS.items()),
    ]
    note = sent.get("note", "")
    return [
        (Act.ACKNOWLEDGE, rules.ACKNOWLEDGE, gettext("Acknowledge"), []),
        (Act.SNOOZE, rules.SNOOZE, gettext("Snooze"),
         [select("hours", gettext("For how long"), hours, sent.get("hours", "1"), act="snooze"),
          words("note", gettext("Why"), note, act="snooze", optional=True)]),
        (Act.CLOSE, rules.CLOSE, gettext("Close with a label"),
         [select("label", gettext("What it was"), labels, sent.get("label", ""), act="close"),
          words("note", gettext("Note"), note, act="close", optional=True)]),
    ]  # fmt: skip


def snooze_end(hours: str, at: datetime) -> datetime:
    """Return until when a chosen number of hours snoozes; `at` itself for none, which the domain refuses."""
    return at + timedelta(hours=int(hours)) if hours.isascii() and hours.isdigit() and len(hours) < 4 else at
